import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { annotationsPage } from '../../../src/istio/annotations/page.ts'
import { annotations } from '../../../src/istio/annotations/registry.ts'

test('docs/annotations.md is what the registry says', () => {
  const page = new URL('../../../docs/annotations.md', import.meta.url)
  if (process.env['REFRESH_GOLDEN'] === '1') writeFileSync(page, annotationsPage())
  expect(readFileSync(page, 'utf8')).toBe(annotationsPage())
})

test('every annotation is there once', () => {
  expect(new Set(annotations.map(({ name }) => name)).size).toBe(annotations.length)
})

test('every example is valid', () => {
  const context = { readProxyConfig: () => ({ config: {}, faults: [], unknown: [] }) }
  for (const { name, example, check } of annotations) {
    if (example !== undefined) expect.soft(check?.(example, context), name).toBeUndefined()
  }
})
