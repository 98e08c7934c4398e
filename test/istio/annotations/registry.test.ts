import { expect, test } from 'vitest'
import { annotations } from '../../../src/istio/annotations/registry.ts'

test('every annotation is registered once', () => {
  expect(new Set(annotations.map(({ name }) => name)).size).toBe(annotations.length)
})

test('every example is valid', () => {
  const context = { readProxyConfig: () => ({ config: {}, faults: [], unknown: [] }) }
  for (const { name, example, check } of annotations) {
    if (example !== undefined) expect.soft(check?.(example, context), name).toBeUndefined()
  }
})
