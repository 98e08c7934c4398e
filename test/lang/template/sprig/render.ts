import { compile } from '../../../../src/lang/template/compile.ts'
import { TemplateError } from '../../../../src/lang/template/errors.ts'
import { sprigFunctions } from '../../../../src/lang/template/sprig/index.ts'
import type { GoMap } from '../../../../src/lang/template/value.ts'

// Other limits are tested here: on a busy machine, that on time could be reached first.
const limits = { time: 60_000 }

/** Renders a template with sprig's functions. */
export function render(text: string, data: GoMap = {}): string {
  return compile(text, { name: 'main', functions: sprigFunctions, limits }).render(data)
}

/** The message of the error of rendering a template. */
export function failureOf(text: string, data: GoMap = {}): string {
  const template = compile(text, { name: 'main', functions: sprigFunctions, limits })
  try {
    return `no error, but ${JSON.stringify(template.render(data))}`
  } catch (error) {
    if (error instanceof TemplateError) return error.message
    throw error
  }
}
