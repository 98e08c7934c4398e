import { expect, test } from 'vitest'
import { findAnnotation } from '../../src/istio/annotations/registry.ts'
import { readYaml } from '../../src/lang/yaml/read.ts'
import { nameHints } from '../../src/playground/completions.ts'

test('offers each name that the injector reads once per place', () => {
  const hints = nameHints()
  expect(new Set(hints.map(({ name, of }) => `${of} ${name}`)).size).toBe(hints.length)
  for (const { name, of, text } of hints) {
    expect(of.endsWith('label') || findAnnotation(name) !== undefined).toBe(true)
    expect(text).toMatch(/^[A-Z].*\.$/s)
    expect(text).not.toContain('`')
  }
  const names = hints.map(({ name }) => name)
  expect(names).toEqual(expect.arrayContaining(['sidecar.istio.io/proxyCPU', 'istio-injection', 'istio.io/rev']))
  expect(names).not.toContain('sidecar.istio.io/status')
})

test('the example of a label is a string in YAML', () => {
  const labels = nameHints().filter(({ of }) => of.endsWith('label'))
  expect(labels.length).toBeGreaterThan(5)
  for (const { example } of labels) expect(readYaml(example)).toBeTypeOf('string')
})
