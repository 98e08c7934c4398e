import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { analyze } from '../../src/lint/analyze.ts'
import { parseListeners } from '../../src/lint/listeners.ts'
import type { Rule } from '../../src/lint/rule.ts'
import { rules } from '../../src/lint/rules.ts'
import { brief, clusterOf, snapshotOf } from './support.ts'

describe.each(rules.map((rule) => [rule.code, rule] as const))('%s', (_, rule) => {
  test('reports exactly the finding of its example', () => {
    const { object, path } = rule.example
    expect(run(rule, rule.example.fails)).toEqual([`${rule.code} ${object} ${path}`])
  })

  test('reports nothing in the passing example', () => {
    expect(run(rule, rule.example.passes)).toEqual([])
  })

  test('has texts that can be joined to sentences', () => {
    expect([rule.what, rule.why].every((text) => /^[A-Z`].*\.$/s.test(text))).toBe(true)
    expect(rule.fix).toMatch(/^[a-z].*[^.]$/)
    const [finding] = findings(rule, rule.example.fails)
    expect(finding?.message).toMatch(/^[^\n]+[^.\n]$/)
  })
})

test('every rule of the files of rules/ is registered', async () => {
  const folder = join(import.meta.dirname, '../../src/lint/rules')
  const modules: object[] = await Promise.all(readdirSync(folder).map((file) => import(join(folder, file))))
  const exported = modules.map((module) => Object.values(module).flat().filter(isRule))
  expect(exported.every((some) => some.length > 0)).toBe(true)
  expect(codes(exported.flat())).toEqual(codes(rules))
})

const codes = (some: readonly Rule[]) => some.map(({ code }) => code).toSorted()

function isRule(value: unknown): value is Rule {
  return typeof value === 'object' && value !== null && 'code' in value && 'check' in value
}

test('codes are unique', () => {
  expect(new Set(rules.map(({ code }) => code)).size).toBe(rules.length)
})

function run(rule: Rule, yaml: string): readonly string[] {
  return findings(rule, yaml).map(brief)
}

function findings(rule: Rule, yaml: string) {
  const { set, mesh, nativeSidecars, kubernetesMinor, listeners = {} } = rule.example
  const settings = { set, mesh, nativeSidecars }
  const parsed = Object.entries(listeners).flatMap(([pod, text]) => parseListeners(pod, text))
  return analyze(clusterOf(yaml, settings, { listeners: parsed, kubernetesMinor }), snapshotOf(settings), {
    rules: [rule],
  })
}
