import { expect, test } from 'vitest'
import { compile } from '../../../src/lang/template/compile.ts'
import { include } from '../../../src/lang/template/include.ts'
import { sprigFunctions } from '../../../src/lang/template/sprig/index.ts'

test('only these functions depend on the clock or on random numbers', () => {
  const varying = Object.entries(sprigFunctions).flatMap(([name, fn]) => (fn.varies ? [name] : []))
  expect(varying.toSorted()).toEqual(
    [
      ...['ago', 'date', 'dateInZone', 'date_in_zone', 'durationRound', 'htmlDate', 'htmlDateInZone', 'now'],
      ...['randAlpha', 'randAlphaNum', 'randAscii', 'randBytes', 'randInt', 'randNumeric', 'shuffle', 'uuidv4'],
    ].toSorted(),
  )
})

test('a template varies if anything in its set calls one of them', () => {
  const varies = (text: string) => compile(text, { functions: { ...sprigFunctions, include } }).varies
  expect(varies('{{ .a | quote }}')).toBe(false)
  expect(varies('{{ if .a }}{{ .b | default uuidv4 }}{{ end }}')).toBe(true)
  expect(varies('{{ include "b" . }}{{ define "b" }}{{ range .c }}{{ date "2006" . }}{{ end }}{{ end }}')).toBe(true)
})
