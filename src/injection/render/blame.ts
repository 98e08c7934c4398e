import { MergeError } from '../../kubernetes/merge/error.ts'
import { YamlError } from '../../lang/yaml/error.ts'
import type { RenderedTemplate } from '../model/template.ts'
import { UserFault, unusableTemplate } from '../model/user-fault.ts'
import { parseJson } from './user-json.ts'

/** A template, and the annotations of the pod that it parsed as JSON. */
export type Suspects = Omit<RenderedTemplate, 'patch' | 'written'>

/** A template fails on a pod whose author can't fix it: a fault of the configuration. */
export class TemplateFailure extends Error {
  override readonly name = 'TemplateFailure'
}

/** Runs a step on the output of a template. If the output can't be parsed or merged, attributes the fault. */
export function blamed<T>(suspects: Suspects, run: () => T): T {
  try {
    return run()
  } catch (error) {
    if (error instanceof YamlError || error instanceof MergeError) throw failureOf(suspects, error)
    throw error
  }
}

/**
 * A template that works for other pods fails on this one: if it parsed an annotation of the pod as JSON, that annotation is
 * the likely cause, and the pod author can fix it. So can the author of a pod that asks for the template. Otherwise it is a
 * fault of the template.
 */
export function failureOf({ template, requested, userJson }: Suspects, error: Error): Error {
  const [annotation, ...others] = Object.keys(userJson)
  if (annotation === undefined && requested) return unusableTemplate(template.name, renderFailure(error))
  if (annotation === undefined)
    return new TemplateFailure(`the template ${template.name} failed on this pod: ${error.message}`, { cause: error })
  const isJson = Object.values(userJson).every((value) => typeof parseJson(value) === 'object')
  return isJson
    ? new UserFault('invalid-annotation', { code: 'template-failed', annotation, others, detail: error.message })
    : new UserFault('invalid-annotation', { code: 'not-json', annotation, others })
}

/** Why a template can't be rendered: its own error, or what is wrong with its output. */
export function renderFailure(error: Error): string {
  if (error instanceof YamlError) return `its output is not valid YAML: ${error.message}`
  if (error instanceof MergeError) return `its output does not fit a Pod: ${error.message}`
  return error.message
}
