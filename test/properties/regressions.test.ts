import { expect, test } from 'vitest'
import { outrigger } from '../cli/support.ts'
import { injected, podWith, run } from '../injection/support.ts'
import { openSocket, readToEnd, reviewOf, startServer } from '../webhook/server/support.ts'

/* Minimal examples of faults that the generators of this folder and of test/fuzz have found. */

test.each([
  ['a container with the name of an init container', { containers: [{ name: 'istio-init' }] }, 'spec.containers'],
  [
    'an ephemeral container with the name of an init container',
    { containers: [{ name: 'a' }], ephemeralContainers: [{ name: 'istio-init' }] },
    'spec.ephemeralContainers',
  ],
])('denies %s, as Kubernetes would reject the injected pod', (_what, spec, place) => {
  const { decision } = run(podWith({}, {}, spec))
  expect(decision).toMatchObject({ result: 'denied', reason: 'invalid-pod' })
  expect(decision.message).toContain(`${place}: "istio-init" is the name of an init container`)
})

test.each(['grpc-simple', 'grpc-agent', 'sidecar,grpc-simple'])(
  'a container added after the first pass, which %s changes too, is unchanged by the third',
  (templates) => {
    const first = injected(podWith({ 'inject.istio.io/templates': templates })).pod
    const containers = [...(first.spec?.containers ?? []), { name: 'added' }]
    const second = injected({ ...first, spec: { ...first.spec, containers } }).pod
    expect(second.spec?.containers?.find(({ name }) => name === 'added')?.env).toContainEqual(
      expect.objectContaining({ name: 'GRPC_XDS_BOOTSTRAP' }),
    )
    expect(injected(second).patch).toEqual([])
  },
)

test('a denial does not depend on the order of annotations', () => {
  const pairs = [
    ['sidecar.istio.io/userVolume', 'true'],
    ['sidecar.istio.io/capNetBindService', 'true'],
  ]
  const [decision, reversed] = [pairs, pairs.toReversed()].map((all) => run(podWith(Object.fromEntries(all))).decision)
  expect(decision?.result).toBe('denied')
  expect(reversed).toEqual(decision)
})

test.each([
  ['of a field', '{"limits":{"cpu":1e999}}'],
  ['in an unknown field', '{"newer":[1e999]}'],
])('reports a number %s that is too large as a fault of the pod', (_where, text) => {
  const containers = [{ name: 'a', resources: JSON.parse(text) }]
  const { decision } = run(podWith({}, {}, { containers }))
  expect(decision).toMatchObject({ result: 'denied', reason: 'invalid-pod' })
  expect(decision.message).toContain('spec.containers[0].resources')
})

test.each(['name', 'kind', 'apiVersion'])('an owner reference may have a null %s', (field) => {
  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-1', uid: 'u', controller: true, [field]: null }
  const metadata = { generateName: 'web-1-', labels: { 'pod-template-hash': '1' }, ownerReferences: [owner] }
  expect(run({ ...podWith(), metadata }).decision.result).toBe('injected')
})

test('ignores an unknown Expect header', async () => {
  const server = await startServer()
  const socket = await openSocket(server.webhookPort)
  const body = reviewOf()
  const head = ['POST /inject HTTP/1.1', 'Content-Type: application/json', 'Expect: wonders', 'Connection: close']
  socket.write(`${head.join('\r\n')}\r\nContent-Length: ${body.length}\r\n\r\n${body}`)
  expect(await readToEnd(socket)).toMatch(/^HTTP\/1\.1 200 /)
})

test.each([
  ['an unescaped control character', 'a\u007f\u009f'],
  ['a lone surrogate', '\ud800'],
])('reads a JSON file with %s as JSON', async (_what, value) => {
  const pod = { apiVersion: 'v1', kind: 'Pod', ...podWith({ own: value }) }
  const review = await outrigger(['review', '-'], JSON.stringify(pod))
  expect(JSON.parse(review.stdout)).toMatchObject({ response: { allowed: true, patchType: 'JSONPatch' } })
  const { stdout } = await outrigger(['inject', '-f', '-'], JSON.stringify(pod))
  expect(JSON.parse(stdout).metadata.annotations.own).toBe(value)
})
