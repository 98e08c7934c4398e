import { MergeError } from '../../kubernetes/merge/error.ts'
import { TemplateError } from '../../lang/template/errors.ts'
import { YamlError } from '../../lang/yaml/error.ts'

/** Where an injection failed: in a template, or in its output (a line of YAML, a field). */
export interface FailurePlace {
  readonly template?: string
  readonly line?: number
  readonly column?: number
  readonly field?: string
}

/** The place of a failure, taken from the error or its causes. */
export function failurePlace(error: unknown): FailurePlace {
  if (error instanceof TemplateError) return { template: error.template, line: error.line, column: error.column }
  if (error instanceof YamlError) return { line: error.line, column: error.column }
  if (error instanceof MergeError) return { field: error.path }
  return error instanceof Error && error.cause !== undefined ? failurePlace(error.cause) : {}
}

export function isSamePlace(one: FailurePlace | undefined, other: FailurePlace | undefined): boolean {
  return (['template', 'line', 'column', 'field'] as const).every((key) => one?.[key] === other?.[key])
}
