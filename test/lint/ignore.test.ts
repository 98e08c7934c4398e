import { expect, test } from 'vitest'
import { isIgnored, readCommentIgnores, readIgnores } from '../../src/lint/ignore.ts'
import { found, lint } from './support.ts'

const service = (annotations: string) => `
apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: shop
  annotations: ${annotations}
spec:
  ports: [{name: web, port: 80}]
`

test('annotations on the object', () => {
  expect(found('IST0118', service('{}'))).toHaveLength(1)
  for (const annotation of ['outrigger.dev/ignore', 'galley.istio.io/analyze-suppress']) {
    expect.soft(found('IST0118', service(`{${annotation}: "OUT0001, IST0118"}`))).toEqual([])
    expect.soft(found('IST0118', service(`{${annotation}: "*"}`))).toEqual([])
    expect.soft(found('IST0118', service(`{${annotation}: IST0119}`))).toHaveLength(1)
  }
})

test('annotations on the pods of a workload', () => {
  const deployment = (annotation: string) => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    metadata:
      annotations: {sidecar.istio.io/nosuch: "", ${annotation}: IST0108}
    spec: {containers: []}
`
  expect(found('IST0108', deployment('outrigger.dev/ignore'))).toEqual([])
  expect(found('IST0108', deployment('outrigger.dev/other'))).toHaveLength(1)
})

test('patterns of the flag', () => {
  const finding = { code: 'IST0118', object: { kind: 'Service', namespace: 'shop', name: 'web-1' } }
  const is = (text: string) => isIgnored(finding, readIgnores([text]).ignores)
  for (const text of [
    'IST0118',
    '*',
    'IST0118=Service/shop/web-1',
    'IST0118=*/*/*',
    'IST0118=Service/s*p/*-*',
    'OUT0001,IST0118',
  ]) {
    expect.soft(is(text), text).toBe(true)
  }
  for (const text of [
    'OUT0001',
    'IST0118=Pod/shop/web-1',
    'IST0118=Service/shop/web',
    'IST0118=Service/*/*2',
    'IST0118=Service/web-1',
  ]) {
    expect.soft(is(text), text).toBe(false)
  }
  const [first] = lint(service('{}'), {}, { ignores: readIgnores(['IST0118=Service/*/web']).ignores })
  expect(first).toBeUndefined()
})

test('unknown rules and invalid patterns are faults', () => {
  expect(readIgnores(['ist0118', 'IST0118=Service', 'IST0118=a//b']).faults).toEqual([
    'unknown rule "ist0118"; did you mean IST0118?',
    '"Service" is not a valid pattern: use KIND/NAMESPACE/NAME, or KIND/NAME for cluster-scoped objects',
    '"a//b" is not a valid pattern: use KIND/NAMESPACE/NAME, or KIND/NAME for cluster-scoped objects',
  ])
})

test('comments for a line, for the next one, for a document', () => {
  const is = readCommentIgnores(`# outrigger-ignore OUT0001
kind: A
a: 1
b: 2 # outrigger-ignore IST0118, OUT0002 as it is old
# outrigger-ignore: OUT0003
c: 3
d: 4
---
# of the second outrigger-ignored OUT0004
kind: B
`)
  const lines = (code: string) => Array.from({ length: 10 }, (_, index) => index + 1).filter((line) => is(code, line))
  expect(lines('OUT0001')).toEqual([2, 3, 4, 5, 6, 7])
  expect(lines('IST0118')).toEqual([4])
  expect(lines('OUT0002')).toEqual([4])
  expect(lines('OUT0003')).toEqual([6])
  expect(lines('OUT0004')).toEqual([])
})
