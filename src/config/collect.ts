import { isObject, own } from '../lang/json.ts'
import type { Path } from '../lang/text/path.ts'
import type { DocumentProblem, FoundDocument } from './documents.ts'
import { ConfigError, type ConfigFault, configFault, type Position, type Problem } from './faults.ts'

export interface TemplateProblem {
  readonly template: string
  readonly line?: number | undefined
  readonly column?: number | undefined
  readonly message: string
  /** Whether it is an embedded template, and a values document replaces the embedded values that it needs. */
  readonly valuesReplaced?: boolean
}

/** Collects the faults of all documents, each with the name of its document and its line. */
export class FaultCollector {
  private readonly faults: ConfigFault[] = []

  all(): readonly ConfigFault[] {
    return this.faults
  }

  none(): boolean {
    return this.faults.length === 0
  }

  throwIfAny(): void {
    if (this.faults.length > 0) throw new ConfigError(this.faults)
  }

  /** Adds problems of a source without lines: settings, flags. */
  addAll(document: string, problems: readonly Problem[]): void {
    for (const problem of problems) this.faults.push(configFault(document, problem))
  }

  /** Adds problems of a document that was found in a source. The embedded documents have none. */
  addFrom(document: FoundDocument | undefined, problems: readonly Problem[]): void {
    for (const problem of problems) {
      const position = problem.path.length === 0 ? undefined : document?.locate(problem.path)
      this.faults.push(configFault(document?.name ?? 'embedded', problem, position))
    }
  }

  /** Adds problems that were found while a source was parsed. */
  addFound(problems: readonly DocumentProblem[]): void {
    for (const { document, line, column, ...problem } of problems) {
      const fault = configFault(
        document,
        problem,
        line !== undefined && column !== undefined ? { line, column } : undefined,
      )
      // A source of several documents reports the same problems for each of them.
      if (!this.faults.some((other) => JSON.stringify(other) === JSON.stringify(fault))) this.faults.push(fault)
    }
  }

  addTemplates(config: FoundDocument | undefined, problems: readonly TemplateProblem[]): void {
    for (const { template, line, column, message: detail, valuesReplaced = false } of problems) {
      const { document, path, position } = placeOfTemplate(config, { template, line, column })
      const problem: Problem = { code: 'invalid-template', path, detail, valuesReplaced }
      this.faults.push(configFault(document, problem, position))
    }
  }
}

interface TemplatePlace {
  readonly document: string
  readonly path: Path
  readonly position: Position | undefined
}

/** The place of a line of a template: in the document that holds it, else in the embedded template. */
export function placeOfTemplate(
  config: FoundDocument | undefined,
  { template, line, column = 1 }: Omit<TemplateProblem, 'message'>,
): TemplatePlace {
  const path = ['templates', template]
  const at = line === undefined ? undefined : { line, column }
  if (config === undefined || !hasTemplate(config, template)) return { document: 'embedded', path, position: at }
  // Only a template in a block scalar has lines of its own in the file; otherwise the message contains them.
  return { document: config.name, path, position: config.locate(path, at) ?? config.locate(path) }
}

function hasTemplate(config: FoundDocument | undefined, template: string): boolean {
  const templates = isObject(config?.value) ? own(config.value, 'templates') : undefined
  return isObject(templates) && typeof own(templates, template) === 'string'
}
