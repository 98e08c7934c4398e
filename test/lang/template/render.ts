import { compile } from '../../../src/lang/template/compile.ts'
import { TemplateError } from '../../../src/lang/template/errors.ts'
import type { FunctionTable } from '../../../src/lang/template/functions.ts'
import type { Limits } from '../../../src/lang/template/state.ts'
import type { Value } from '../../../src/lang/template/value.ts'

export interface RenderOptions {
  readonly functions?: FunctionTable
  readonly limits?: Partial<Limits>
}

// So that a busy machine doesn't end a render, unless a test is about the limit.
const time = 60_000

/** Compiles and renders a template named `main`. */
export function render(text: string, data: Value = {}, options: RenderOptions = {}): string {
  return compile(text, { name: 'main', ...options, limits: { time, ...options.limits } }).render(data)
}

/** The error of compiling or rendering. */
export function failure(text: string, data: Value = {}, options: RenderOptions = {}): TemplateError {
  try {
    render(text, data, options)
  } catch (error) {
    if (error instanceof TemplateError) return error
    throw error
  }
  throw new Error(`no error in ${text}`)
}
