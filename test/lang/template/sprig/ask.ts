import { compile } from '../../../../src/lang/template/compile.ts'
import { TemplateError } from '../../../../src/lang/template/errors.ts'
import { sprigFunctions } from '../../../../src/lang/template/sprig/index.ts'
import type { GoMap } from '../../../../src/lang/template/value.ts'

// The other bounds are what is looked at: on a busy machine the time could be over before one of them is reached.
const limits = { time: 60_000 }

/** What a template with sprig's functions renders to. */
export function ask(text: string, data: GoMap = {}): string {
  return compile(text, { name: 'main', functions: sprigFunctions, limits }).render(data)
}

/** The message of the error that rendering it ends with. */
export function failureOf(text: string, data: GoMap = {}): string {
  const template = compile(text, { name: 'main', functions: sprigFunctions, limits })
  try {
    return `no error, but ${JSON.stringify(template.render(data))}`
  } catch (error) {
    if (error instanceof TemplateError) return error.message
    throw error
  }
}
