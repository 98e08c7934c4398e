import { compile } from '../../../../src/lang/template/compile.ts'
import { TemplateError } from '../../../../src/lang/template/errors.ts'
import { sprigFunctions } from '../../../../src/lang/template/sprig/index.ts'
import type { GoMap } from '../../../../src/lang/template/value.ts'

/** What a template with sprig's functions renders to. */
export function ask(text: string, data: GoMap = {}): string {
  return compile(text, { name: 'main', functions: sprigFunctions }).render(data)
}

/** The message of the error that rendering it ends with. */
export function failureOf(text: string, data: GoMap = {}): string {
  const template = compile(text, { name: 'main', functions: sprigFunctions })
  try {
    return `no error, but ${JSON.stringify(template.render(data))}`
  } catch (error) {
    if (error instanceof TemplateError) return error.message
    throw error
  }
}
