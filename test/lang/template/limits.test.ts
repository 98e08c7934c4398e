import { describe, expect, it } from 'vitest'
import { include } from '../../../src/lang/template/include.ts'
import { typedList, type Value } from '../../../src/lang/template/value.ts'
import { failure, render } from './render.ts'

const many = typedList(
  '[]interface {}',
  Array.from({ length: 1000 }, () => 'x'),
)
const growing = '{{ $s := "xxxxxxxxxx" }}{{ range .many }}{{ $s = printf "%s%s" $s $s }}{{ end }}'

describe('a render is limited', () => {
  it.each([
    ['output', '{{ range .many }}0123456789{{ . }}{{ end }}', { output: 5000 }, 'longer than the limit of 5000'],
    ['output', '{{ range .many }}0123456789{{ end }}', { output: 5000 }, 'longer than the limit of 5000'],
    ['output', 'some text', { output: 5 }, 'longer than the limit of 5'],
    [
      'iterations',
      '{{ range .many }}{{ range $.many }}{{ end }}{{ end }}',
      { iterations: 10_000 },
      'limit of 10000 iterations',
    ],
    ['iterations', '{{ range 9223372036854775807 }}{{ end }}', { iterations: 500 }, 'limit of 500 iterations'],
    [
      'depth',
      '{{ define "r" }}{{ template "r" . }}{{ end }}{{ template "r" . }}',
      {},
      'exceeded maximum template depth (400)',
    ],
    [
      'depth',
      '{{ define "r" }}{{ include "r" . }}{{ end }}{{ template "r" . }}',
      {},
      'exceeded maximum template depth (400)',
    ],
    ['growth', growing, { growth: 1_000_000 }, 'more than the limit of 1000000'],
    [
      'growth',
      '{{ range .many }}{{ $x := printf "%999d" 1 }}{{ end }}',
      { growth: 100_000 },
      'more than the limit of 100000',
    ],
    ['time', '{{ range 100000000 }}{{ end }}', { time: 20, iterations: 1e9 }, 'longer than the limit of 20 ms'],
  ] as const)('%s: %s', (limit, text, limits, reason) => {
    const error = failure(text, { many }, { limits, functions: { include } })
    expect(error.limit).toBe(limit)
    expect(error.message).toContain(reason)
  })

  it('even if templates double at each level without a loop', () => {
    const levels = Array.from({ length: 40 }, (_, level) => {
      const next = `{{ template "t${level + 1}" }}`
      return `{{ define "t${level}" }}${next}${next}{{ end }}`
    })
    const text = `${levels.join('')}{{ define "t40" }}{{ end }}{{ template "t0" }}`
    expect(failure(text, {}, { limits: { iterations: 10_000 } }).limit).toBe('iterations')
  })

  it('to the max width of Go', () => {
    expect(render('{{ printf "%2000000d" 1 }}')).toBe('%!(NOVERB)%!(EXTRA int=1)')
    expect(render('{{ printf "%*d" 2000000 1 }}')).toBe('%!(BADWIDTH)1')
  })

  it('in printing values that contain themselves, or the same value many times', () => {
    const cycle: { [key: string]: Value } = {}
    cycle['self'] = cycle
    let doubled: Value = ['x']
    for (let level = 0; level < 40; level++) doubled = [doubled, doubled]
    for (const verb of ['print', 'printf "%v"', 'printf "%d"', 'println', 'html'])
      expect(failure(`{{ ${verb} .it }}`, { it: cycle }).reason).toContain('nested deeper')
    // Each prints 4 MiB before it fails.
    for (const verb of ['html', 'printf "%d"'])
      expect(failure(`{{ ${verb} .it }}`, { it: doubled }).reason).toContain('would be longer')
    expect(failure('{{ .it }}', { it: cycle }).reason).toContain('nested deeper')
  })

  it('to more than real templates need', () => {
    const text = '{{ define "r" }}{{ if . }}{{ template "r" (slice . 1) }}{{ end }}{{ end }}{{ template "r" . }}ok'
    expect(render(text, 'x'.repeat(200))).toBe('ok')
  })
})
