import { MergeError } from '../../kubernetes/merge/error.ts'
import { YamlError } from '../../lang/yaml/error.ts'
import type { RenderedTemplate } from '../model/template.ts'
import { UserFault } from '../model/user-fault.ts'
import { parseJson } from './user-json.ts'

/** A template, and the annotations of the pod that it read as JSON. */
export type Suspects = Pick<RenderedTemplate, 'template' | 'userJson'>

/** Runs a step that needs what a template rendered; where that can't be read or merged, says whose fault it is. */
export function blamed<T>(suspects: Suspects, run: () => T): T {
  try {
    return run()
  } catch (error) {
    if (error instanceof YamlError || error instanceof MergeError) throw failureOf(suspects, error)
    throw error
  }
}

/**
 * A template that works for other pods fails on this one: where it had read an annotation of the pod as JSON, that
 * annotation is the likely cause, and its author the one who can fix it. Everything else is the template's fault.
 */
export function failureOf({ template, userJson }: Suspects, error: Error): Error {
  const [annotation, ...others] = Object.keys(userJson)
  if (annotation === undefined)
    return new Error(`the template ${template.name} failed on this pod: ${error.message}`, { cause: error })
  const isJson = Object.values(userJson).every((value) => typeof parseJson(value) === 'object')
  return isJson
    ? new UserFault('invalid-annotation', { code: 'template-failed', annotation, others, detail: error.message })
    : new UserFault('invalid-annotation', { code: 'not-json', annotation, others })
}
