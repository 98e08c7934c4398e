import { isObject, own } from '../lang/json.ts'
import type { DocumentProblem, FoundDocument } from './documents.ts'
import { ConfigError, type ConfigFault, configFault, type Problem } from './faults.ts'

interface TemplateProblem {
  readonly template: string
  readonly line?: number | undefined
  readonly column?: number | undefined
  readonly message: string
  /** Whether it is an embedded template that would find its values in the embedded ones. */
  readonly valuesReplaced?: boolean
}

/** Gathers what is wrong in all documents, and gives each fault the name of its document and its line. */
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

  /** Problems of something without lines: settings, options. */
  addAll(document: string, problems: readonly Problem[]): void {
    for (const problem of problems) this.faults.push(configFault(document, problem))
  }

  /** Problems of a document that was found in a source; of the embedded ones there are none. */
  addFrom(document: FoundDocument | undefined, problems: readonly Problem[]): void {
    for (const problem of problems) {
      const position = problem.path.length === 0 ? undefined : document?.locate(problem.path)
      this.faults.push(configFault(document?.name ?? 'embedded', problem, position))
    }
  }

  /** Problems that were found while a source was parsed. */
  addFound(problems: readonly DocumentProblem[]): void {
    for (const { document, line, column, ...problem } of problems) {
      const fault = configFault(
        document,
        problem,
        line !== undefined && column !== undefined ? { line, column } : undefined,
      )
      // A source of several documents is parsed once, but asked for each.
      if (!this.faults.some((known) => JSON.stringify(known) === JSON.stringify(fault))) this.faults.push(fault)
    }
  }

  addTemplates(config: FoundDocument | undefined, problems: readonly TemplateProblem[]): void {
    for (const { template, line, column, message: detail, valuesReplaced = false } of problems) {
      const path = ['templates', template]
      const at = line === undefined ? undefined : { line, column: column ?? 1 }
      const document = hasTemplate(config, template) ? config : undefined
      // A template written otherwise than as a block has no lines of its own in the file: the message names them.
      const position = document === undefined ? at : (document.locate(path, at) ?? document.locate(path))
      const problem: Problem = { code: 'invalid-template', path, detail, valuesReplaced }
      this.faults.push(configFault(document?.name ?? 'embedded', problem, position))
    }
  }
}

function hasTemplate(config: FoundDocument | undefined, template: string): boolean {
  const templates = isObject(config?.value) ? own(config.value, 'templates') : undefined
  return isObject(templates) && typeof own(templates, template) === 'string'
}
