import shared from '../../../templates/shared.yaml'
import { BoundedCache } from '../../lang/cache.ts'
import {
  compile,
  type ParsedSource,
  parseSource,
  type Template,
  type TracedRender,
} from '../../lang/template/compile.ts'
import { TemplateError } from '../../lang/template/errors.ts'
import type { FunctionTable } from '../../lang/template/functions.ts'
import { include } from '../../lang/template/include.ts'
import { sprigWithEnvironment } from '../../lang/template/sprig/index.ts'
import { constants, TemplateData, type TemplateInputs } from './data.ts'
import { unknownFields } from './field-check.ts'
import { injectorFunctions } from './functions.ts'
import { injectorCallTraces } from './trace-calls.ts'

/** An injection template, compiled once when the configuration loads. */
export interface InjectionTemplate {
  readonly name: string
  readonly text: string
  /** Whether equal inputs may render differently: it asks for the time or for random values. */
  readonly varies: boolean
  /** The text of a partial Pod. Throws a RenderError. */
  render(inputs: TemplateInputs): string
  /** Renders as `render` does, and tells what each piece of the text is due to; many times as slow. Throws a RenderError. */
  trace(inputs: TemplateInputs): TracedRender
  /** The texts that the last render read as JSON. */
  readAsJson(): readonly string[]
  /** Fields that the template reads and that do not exist, in whatever branch. */
  unknownFields(inputs: TemplateInputs): readonly TemplateFault[]
}

/** A template failed on a pod. */
export class RenderError extends Error {
  override readonly name = 'RenderError'
}

export interface TemplateFault {
  readonly template: string
  readonly line: number
  readonly column: number
  /** What is wrong, with the line of the template and a caret below it. */
  readonly message: string
}

/**
 * Compiles templates by name, each with the blocks of `shared.yaml` at hand; a template's own block of the same name
 * wins. `environment` is what `env` and `expandenv` may read. Gives all that is wrong, not just the first.
 */
export function compileTemplates(
  texts: Readonly<Record<string, string>>,
  environment: ReadonlyMap<string, string>,
): { readonly templates: ReadonlyMap<string, InjectionTemplate>; readonly faults: readonly TemplateFault[] } {
  const templates = new Map<string, InjectionTemplate>()
  const faults: TemplateFault[] = []
  let parsed: ParsedSource | undefined
  const blocks = () => {
    const functions = functionsOf(environment, () => {})
    parsed ??= parseSource({ name: 'shared', text: shared }, functions)
    return parsed
  }
  for (const [name, text] of Object.entries(texts)) {
    try {
      templates.set(
        name,
        known(name, text, environment, () => injectionTemplate(name, text, blocks(), environment)),
      )
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error
      faults.push(faultOf(error))
    }
  }
  return { templates, faults }
}

// Most changes of a configuration leave the templates as they are: they stay compiled, and as fast as many renders have made them.
// By all that they are made of. They hold no data of a snapshot.
const compiled = new BoundedCache<InjectionTemplate>({ maxEntries: 32, maxSize: 2_000_000 })

function known(
  name: string,
  text: string,
  environment: ReadonlyMap<string, string>,
  make: () => InjectionTemplate,
): InjectionTemplate {
  const key = JSON.stringify([name, text, ...environment])
  const template = compiled.get(key) ?? make()
  compiled.set(key, template, key.length)
  return template
}

function functionsOf(environment: ReadonlyMap<string, string>, onJson: (text: string) => void): FunctionTable {
  return {
    ...sprigWithEnvironment(Object.fromEntries(environment)),
    include,
    ...injectorFunctions(environment, onJson),
  }
}

function injectionTemplate(
  name: string,
  text: string,
  blocks: ParsedSource,
  environment: ReadonlyMap<string, string>,
): InjectionTemplate {
  // A render runs from start to end without a pause, so one list serves all renders of a template in turn.
  let json: string[] = []
  const functions = functionsOf(environment, (read) => json.push(read))
  const template: Template = compile(text, { name, functions, templates: [blocks], constants })
  return {
    name,
    text,
    varies: template.varies,
    render(inputs) {
      json = []
      return explained(() => template.render(new TemplateData(inputs)))
    },
    trace: (inputs) => explained(() => template.trace(new TemplateData(inputs), injectorCallTraces)),
    readAsJson: () => json,
    unknownFields: (inputs) => unknownFields(template, new TemplateData(inputs)).map(faultOf),
  }
}

/** What a render gives; a fault of the template becomes a RenderError, for a person. */
function explained<T>(render: () => T): T {
  try {
    return render()
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error
    throw new RenderError(explain(error), { cause: error })
  }
}

function faultOf(error: TemplateError): TemplateFault {
  return { template: error.template, line: error.line, column: error.column, message: explain(error) }
}

/** What is wrong with a template and where, for a person. */
function explain(error: TemplateError): string {
  return `${error.message}\n${error.excerpt()}`
}
