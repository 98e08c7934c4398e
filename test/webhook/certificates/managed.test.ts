import { X509Certificate } from 'node:crypto'
import { expect, test } from 'vitest'
import { kinds } from '../../../src/cluster/kinds.ts'
import { fingerprintOf } from '../../../src/webhook/certificates/bundle.ts'
import { makeCa } from '../../../src/webhook/certificates/make.ts'
import { waitFor } from '../../support/wait.ts'
import {
  apiServer,
  bundles,
  callContinuously,
  configuration,
  editSecret,
  fileOf,
  handshake,
  holdsJust,
  namespace,
  type Replica,
  secretOf,
  startReplica,
  withBundle,
} from './support.ts'

const own = 'istio-sidecar-injector'
const minute = 60_000

/** Clocks of replicas: each is off by a few minutes, and all are set forward together. */
function clocks() {
  let offset = -50 * minute
  return {
    clock: (skew: number) => () => new Date(Date.now() + offset + skew * minute),
    /** From the time when the CA was created to ten minutes before its expiry. */
    forward() {
      offset = 0
    },
  }
}

test('three replicas that start at once share one CA, which the caBundle contains', async () => {
  const api = await apiServer()
  api.put(configuration(own), 'helm')
  const replicas = await Promise.all([startReplica(api), startReplica(api), startReplica(api)])
  const ca = fileOf(api, 'ca.crt')
  await waitFor(() => holdsJust(api, own, ca))
  for (const { server } of replicas) await handshake(server.webhookPort, bundles(api, own)[0] ?? '')
  const { names } = replicas[0]?.source.current().description ?? { names: [] }
  const ofService = ['outrigger.istio-system.svc', 'outrigger.istio-system', 'outrigger']
  expect(names).toEqual([...ofService, 'outrigger.istio-system.svc.cluster.local', 'localhost', '127.0.0.1'])
  expect(replicas.every(({ source }) => source.current().pair.ca === ca)).toBe(true)
  expect(new Set(replicas.map(({ source }) => source.current().pair.certificate)).size).toBe(3)
  expect(secretOf(api)).toMatchObject({ type: 'Opaque', metadata: { namespace } })
  expect(Object.keys((secretOf(api)?.['data'] ?? {}) as object).sort()).toEqual(['ca.crt', 'ca.key'])
  expect(replicas.filter(({ logged }) => logged().some(({ change }) => change === 'found'))).toHaveLength(1)
})

test('a server is not ready before the caBundle contains its CA', async () => {
  const api = await apiServer()
  api.put(configuration(own), 'helm')
  for (let time = 0; time < 3; time++) api.faults.next.push({ status: 500, path: /fieldManager=outrigger/ })
  const { choice } = await startReplica(api)
  expect(choice.caBundle?.()).toMatch(
    /have not been read yet|caBundle of istio-sidecar-injector does not contain the CA yet/,
  )
  await waitFor(() => choice.caBundle?.() === undefined)
  expect(holdsJust(api, own, fileOf(api, 'ca.crt'))).toBe(true)
})

test('restores a deleted Secret', async () => {
  const api = await apiServer()
  api.put(configuration(own), 'helm')
  const replicas = await Promise.all([startReplica(api), startReplica(api)])
  const before = secretOf(api)?.['data']
  const certificates = replicas.map(({ source }) => source.current().pair.certificate)
  api.remove(kinds.secret, 'outrigger-ca', namespace)
  await waitFor(() => secretOf(api))
  expect(secretOf(api)?.['data']).toEqual(before)
  await startReplica(api)
  expect(secretOf(api)?.['data']).toEqual(before)
  expect(replicas.map(({ source }) => source.current().pair.certificate)).toEqual(certificates)
})

test('renews CA and leaves under load without a failed handshake, with clock skew, a killed replica and a new tag', async () => {
  const api = await apiServer()
  api.put(configuration(own), 'helm')
  const { clock, forward } = clocks()
  const [first, ...others] = await Promise.all([3, -4, 0].map((skew) => startReplica(api, { now: clock(skew) })))
  let replicas: readonly Replica[] = first === undefined ? [] : [first, ...others]
  const before = fileOf(api, 'ca.crt')
  await waitFor(() => holdsJust(api, own, before))
  const load = callContinuously(api, own, () => replicas, 200)
  forward()
  // A change of the Secret wakes the replicas: their timers don't follow these clocks.
  editSecret(api, {}, { touched: 'now' })
  await waitFor(() => fileOf(api, 'next.crt') !== '')
  const next = fileOf(api, 'next.crt')
  await waitFor(() => holdsJust(api, own, before, next))
  expect(fileOf(api, 'ca.crt')).toBe(before)
  replicas = others
  await first?.kill()
  api.put(withBundle(configuration('istio-revision-tag-prod', { 'istio.io/tag': 'prod' }), before), 'tag')
  replicas = [...others, await startReplica(api, { now: clock(2) })]
  await waitFor(() => fileOf(api, 'ca.crt') === next)
  await waitFor(() => replicas.every(({ source }) => source.current().pair.ca === next))
  await waitFor(() => holdsJust(api, own, next) && holdsJust(api, 'istio-revision-tag-prod', next))
  const { calls, failures } = await load.stop()
  expect(failures).toEqual([])
  expect(calls).toBeGreaterThan(20)
  expect(Object.keys((secretOf(api)?.['data'] ?? {}) as object).sort()).toEqual(['ca.crt', 'ca.key'])
  const changes = replicas.flatMap(({ logged }) => logged().flatMap(({ change }) => change ?? []))
  expect(changes.filter((change) => change === 'promote')).toHaveLength(1)
})

test('takes over another CA from the Secret under load without a failed handshake', async () => {
  const api = await apiServer()
  api.put(configuration(own), 'helm')
  const replicas = await Promise.all([startReplica(api), startReplica(api)])
  const before = fileOf(api, 'ca.crt')
  await waitFor(() => holdsJust(api, own, before))
  const load = callContinuously(api, own, () => replicas, 200)
  const other = await makeCa('Restored CA', new Date(), 1)
  editSecret(api, { 'ca.crt': other.certificate, 'ca.key': other.key })
  const newReplica = await startReplica(api)
  await waitFor(() => replicas.every(({ source }) => source.current().pair.ca === other.certificate))
  await waitFor(() => holdsJust(api, own, other.certificate))
  expect((await load.stop()).failures).toEqual([])
  expect(newReplica.source.current().pair.ca).toBe(other.certificate)
  expect(fingerprintOf(fileOf(api, 'ca.crt'))).toBe(fingerprintOf(other.certificate))
  expect(fileOf(api, 'previous.crt')).toBe('')
})

test('renews the CA when the Secret is annotated', async () => {
  const api = await apiServer()
  api.put(configuration(own), 'helm')
  const { source } = await startReplica(api)
  const before = fileOf(api, 'ca.crt')
  editSecret(api, {}, { 'outrigger.dev/renew': 'now' })
  await waitFor(() => source.current().pair.ca !== before)
  await waitFor(() => holdsJust(api, own, source.current().pair.ca ?? ''))
  expect(secretOf(api)).toMatchObject({ metadata: { annotations: {} } })
  expect(fileOf(api, 'ca.crt')).toBe(source.current().pair.ca)
})

test('reports and repairs an invalid Secret, and keeps serving its certificate', async () => {
  const api = await apiServer()
  const { source, logged } = await startReplica(api)
  const certificate = source.current().pair.certificate
  const [ca, key] = [fileOf(api, 'ca.crt'), fileOf(api, 'ca.key')]
  editSecret(api, { 'ca.key': (await makeCa('Other', new Date(), 1)).key })
  await waitFor(() => fileOf(api, 'ca.key') === key)
  expect(fileOf(api, 'ca.crt')).toBe(ca)
  expect(source.current().pair.certificate).toBe(certificate)
  const errors = logged().filter(({ level }) => level === 'error')
  expect(errors).toHaveLength(1)
  expect(errors[0]?.['msg']).toMatch(
    /Secret istio-system\/outrigger-ca cannot be used: ca.crt and ca.key: the key does not belong to the certificate.*kubectl annotate/,
  )
})

test('a new replica replaces the CA of an invalid Secret, and keeps trusting the old one', async () => {
  const api = await apiServer()
  api.put(configuration(own), 'helm')
  const old = await makeCa('Old CA', new Date(), 1)
  editSecret(api, { 'ca.crt': old.certificate, 'ca.key': 'gone', 'not-ours': 'kept' })
  const { source } = await startReplica(api)
  expect(source.current().pair.ca).toBe(fileOf(api, 'ca.crt'))
  expect(new X509Certificate(fileOf(api, 'ca.crt')).subject).toMatch(/^CN=Outrigger CA [0-9a-f]{8}$/)
  expect(fingerprintOf(fileOf(api, 'previous.crt'))).toBe(fingerprintOf(old.certificate))
  expect(fileOf(api, 'not-ours')).toBe('kept')
})

test('replaces a CA that expired while no replica was running', async () => {
  const api = await apiServer()
  const old = await makeCa('Old CA', new Date(Date.now() - 2 * 24 * 60 * minute), 1)
  editSecret(api, { 'ca.crt': old.certificate, 'ca.key': old.key })
  const { source } = await startReplica(api)
  expect(source.current().pair.ca).toBe(fileOf(api, 'ca.crt'))
  expect(fileOf(api, 'ca.crt')).not.toBe(old.certificate)
})

test('renews the leaf while the API server is unavailable', async () => {
  const api = await apiServer()
  let offset = 0
  const { source } = await startReplica(api, { now: () => new Date(Date.now() + offset) })
  const { certificate, ca } = source.current().pair
  await api.stop()
  offset = 45 * minute
  await waitFor(() => source.current().pair.certificate !== certificate)
  expect(source.current().pair.ca).toBe(ca)
  expect(source.current().description.notAfter.getTime()).toBeGreaterThan(Date.now() + 55 * minute)
})

test('reports a forbidden change once, not on every retry', async () => {
  const api = await apiServer()
  const { logged } = await startReplica(api)
  const before = secretOf(api)?.['data']
  for (let time = 0; time < 3; time++) api.faults.next.push({ status: 403, path: /secrets$/ })
  api.remove(kinds.secret, 'outrigger-ca', namespace)
  await waitFor(() => secretOf(api))
  expect(secretOf(api)?.['data']).toEqual(before)
  await waitFor(() => logged().some(({ msg }) => msg === 'the CA of the webhook is valid again'))
  const warned = logged().filter(({ level }) => level === 'warn')
  expect(warned).toHaveLength(1)
  expect(warned[0]?.['reason']).toContain('allow `create` on it')
})

test('fails to start with a message if it may not read the Secret', async () => {
  const api = await apiServer()
  for (let time = 0; time < 50; time++) api.faults.next.push({ status: 403, path: /secrets/ })
  const message =
    /^no certificate after 1.5 s: .*Secret istio-system\/outrigger-ca.*allow `get` on it, or use --tls files$/
  await expect(startReplica(api, { startupMs: 1500 })).rejects.toThrow(message)
})
