import { join } from 'node:path'
import { intOf } from '../../src/lang/go/int.ts'
import { compile } from '../../src/lang/template/compile.ts'
import { FunctionError, TemplateError } from '../../src/lang/template/errors.ts'
import { define, type FunctionTable } from '../../src/lang/template/functions.ts'
import { include } from '../../src/lang/template/include.ts'
import { plainValue } from '../../src/lang/template/plain-value.ts'
import { sprigFunctions } from '../../src/lang/template/sprig/index.ts'
import type { GoMap, Value } from '../../src/lang/template/value.ts'
import { writeYaml } from '../../src/lang/yaml/write.ts'
import { readLines, type Suite, suiteOf } from './suite.ts'

/** A line of conformance/template/cases.jsonl; the README of conformance/ describes the fields. */
interface TemplateCase {
  readonly name: string
  readonly template: string
  readonly functions?: 'builtins'
  readonly data: GoMap
  readonly output?: string
  readonly error?: { readonly stage: 'parse' | 'exec'; readonly contains: string; readonly line: number }
}

/** Rendering templates, with what Go's text/template and sprig render. */
export function template(folder: string): Suite {
  return suiteOf(readLines<TemplateCase>(join(folder, 'cases.jsonl')), checkCase)
}

const fixtures = {
  add: define({ params: ['int', 'int'], call: (left, right) => intOf(left + right) }),
  join: define({ params: ['string'], variadic: 'string', call: (separator, ...parts) => parts.join(separator) }),
  one: define({ params: [], call: () => intOf(1) }),
  fail: define({
    params: [],
    call: () => {
      throw new FunctionError('fixture failed')
    },
  }),
}

const functions: FunctionTable = {
  ...sprigFunctions,
  funcs: define({ params: [], call: () => fixtures }),
  include,
  toYaml: define({ params: ['any'], call: toYaml }),
}

function toYaml(value: Value): string {
  try {
    return writeYaml(plainValue(value)).replace(/\n$/, '')
  } catch {
    return ''
  }
}

function checkCase(one: TemplateCase): string | undefined {
  let stage: 'parse' | 'exec' = 'parse'
  try {
    const compiled = compile(one.template, { name: 'main', functions: one.functions === 'builtins' ? {} : functions })
    stage = 'exec'
    const output = compiled.render(one.data)
    if (one.error !== undefined)
      return `should fail with ${JSON.stringify(one.error)} but rendered ${JSON.stringify(output)}`
    return output === one.output
      ? undefined
      : `expected ${JSON.stringify(one.output)}\nactual   ${JSON.stringify(output)}`
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error
    if (one.error === undefined) return error.message
    const same = error.stage === stage && stage === one.error.stage && error.line === one.error.line
    return same && error.message.includes(one.error.contains)
      ? undefined
      : `should fail with ${JSON.stringify(one.error)} but failed with ${error.stage}: ${error.message}`
  }
}
