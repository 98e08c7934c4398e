import { expect, test } from 'vitest'
import { outrigger } from '../cli/support.ts'
import { injected, podWith, run } from '../injection/support.ts'
import { openSocket, readToEnd, reviewOf, startServer } from '../webhook/server/support.ts'

/* What the generators of this folder and of test/fuzz have found, small. */

test.each([
  ['a container by the name of an init container', { containers: [{ name: 'istio-init' }] }, 'spec.containers'],
  [
    'an ephemeral container by the name of one',
    { containers: [{ name: 'a' }], ephemeralContainers: [{ name: 'istio-init' }] },
    'spec.ephemeralContainers',
  ],
])('%s is refused: Kubernetes would refuse the injected pod', (_what, spec, place) => {
  const { decision } = run(podWith({}, {}, spec))
  expect(decision).toMatchObject({ result: 'denied', reason: 'invalid-pod' })
  expect(decision.message).toContain(`${place}: "istio-init" is the name of an init container`)
})

test.each(['grpc-simple', 'grpc-agent', 'sidecar,grpc-simple'])(
  'a container that comes after the first pass and that %s changes too is known to the third',
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

test('the order of annotations does not show in a denial', () => {
  const pairs = [
    ['sidecar.istio.io/userVolume', 'true'],
    ['sidecar.istio.io/capNetBindService', 'true'],
  ]
  const [one, two] = [pairs, pairs.toReversed()].map((all) => run(podWith(Object.fromEntries(all))).decision)
  expect(one?.result).toBe('denied')
  expect(two).toEqual(one)
})

test.each([
  ['of a field', '{"limits":{"cpu":1e999}}'],
  ['in a field that no type has', '{"newer":[1e999]}'],
])('a number %s that is too large is the fault of who wrote it', (_where, text) => {
  const containers = [{ name: 'a', resources: JSON.parse(text) }]
  const { decision } = run(podWith({}, {}, { containers }))
  expect(decision).toMatchObject({ result: 'denied', reason: 'invalid-pod' })
  expect(decision.message).toContain('spec.containers[0].resources')
})

test.each(['name', 'kind', 'apiVersion'])('an owner whose %s is null has none', (field) => {
  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-1', uid: 'u', controller: true, [field]: null }
  const metadata = { generateName: 'web-1-', labels: { 'pod-template-hash': '1' }, ownerReferences: [owner] }
  expect(run({ ...podWith(), metadata }).decision.result).toBe('injected')
})

test('an expectation that nobody knows is ignored', async () => {
  const server = await startServer()
  const socket = await openSocket(server.webhookPort)
  const body = reviewOf()
  const head = ['POST /inject HTTP/1.1', 'Content-Type: application/json', 'Expect: wonders', 'Connection: close']
  socket.write(`${head.join('\r\n')}\r\nContent-Length: ${body.length}\r\n\r\n${body}`)
  expect(await readToEnd(socket)).toMatch(/^HTTP\/1\.1 200 /)
})

test.each([
  ['a character that JSON need not escape', 'a\u007f\u009f'],
  ['half a surrogate pair', '\ud800'],
])('a file of JSON with %s is read as JSON', async (_what, value) => {
  const pod = { apiVersion: 'v1', kind: 'Pod', ...podWith({ own: value }) }
  const review = await outrigger(['review', '-'], JSON.stringify(pod))
  expect(JSON.parse(review.stdout)).toMatchObject({ response: { allowed: true, patchType: 'JSONPatch' } })
  const { stdout } = await outrigger(['inject', '-f', '-'], JSON.stringify(pod))
  expect(JSON.parse(stdout).metadata.annotations.own).toBe(value)
})
