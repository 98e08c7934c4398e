import shared from '../../../templates/shared.yaml'
import { BoundedCache } from '../../lang/cache.ts'
import { compile, type ParsedSource, parseSource, type Template } from '../../lang/template/compile.ts'
import { TemplateError } from '../../lang/template/errors.ts'
import type { FunctionTable } from '../../lang/template/functions.ts'
import { include } from '../../lang/template/include.ts'
import { sprigWithEnvironment } from '../../lang/template/sprig/index.ts'
import { type InjectionTemplate, RenderError, type TemplateFault } from '../model/template.ts'
import { constants, TemplateData } from './data.ts'
import { unknownFields } from './field-check.ts'
import { injectorFunctions } from './functions.ts'
import { injectorCallTraces } from './trace-calls.ts'

/**
 * Compiles templates by name, each with the blocks of `shared.yaml`; a template's own block of the same name takes precedence.
 * `environment` contains the variables that `env` and `expandenv` may read. Returns all faults, not just the first.
 */
export function compileTemplates(
  texts: Readonly<Record<string, string>>,
  environment: ReadonlyMap<string, string>,
): { readonly templates: ReadonlyMap<string, InjectionTemplate>; readonly faults: readonly TemplateFault[] } {
  const templates = new Map<string, InjectionTemplate>()
  const faults: TemplateFault[] = []
  let parsed: ParsedSource | undefined
  const blocks = () => {
    parsed ??= parseSource({ name: 'shared', text: shared }, functionsOf(environment))
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

// Most configuration changes don't affect the templates: they stay compiled, and optimized by earlier renders.
// The key contains all that they are compiled from. They contain no data of a snapshot.
const compiled = new BoundedCache<InjectionTemplate>({ maxEntries: 32, maxSize: 2_000_000 })

function known(
  name: string,
  text: string,
  environment: ReadonlyMap<string, string>,
  make: () => InjectionTemplate,
): InjectionTemplate {
  const key = JSON.stringify([name, text, ...environment])
  const before = compiled.get(key)
  if (before !== undefined) return before
  const template = make()
  compiled.set(key, template, key.length)
  return template
}

function functionsOf(environment: ReadonlyMap<string, string>): FunctionTable {
  return { ...sprigWithEnvironment(Object.fromEntries(environment)), include, ...injectorFunctions(environment) }
}

function injectionTemplate(
  name: string,
  text: string,
  blocks: ParsedSource,
  environment: ReadonlyMap<string, string>,
): InjectionTemplate {
  const functions = functionsOf(environment)
  const template: Template = compile(text, { name, functions, templates: [blocks], constants })
  return {
    name,
    text,
    varies: template.varies,
    render(inputs) {
      const readAsJson: string[] = []
      const render = () => template.render(new TemplateData(inputs), (json) => readAsJson.push(json))
      return { text: explained(render, readAsJson), readAsJson }
    },
    trace: (inputs) => explained(() => template.trace(new TemplateData(inputs), injectorCallTraces), []),
    unknownFields: (inputs) => unknownFields(template, new TemplateData(inputs)).map(faultOf),
  }
}

/** The result of a render; an error of the template becomes a RenderError with a readable message. */
function explained<T>(render: () => T, readAsJson: readonly string[]): T {
  try {
    return render()
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error
    throw new RenderError(explain(error), readAsJson, { cause: error })
  }
}

function faultOf(error: TemplateError): TemplateFault {
  return { template: error.template, line: error.line, column: error.column, message: explain(error) }
}

/** The fault of a template with its position, as a message. */
function explain(error: TemplateError): string {
  return `${error.message}\n${error.excerpt()}`
}
