import { X509Certificate } from 'node:crypto'
import { Agent, request } from 'node:https'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { kinds } from '../../src/cluster/kinds.ts'
import { type Json, type JsonObject, lookup, lookupString } from '../../src/lang/json.ts'
import { makeCa } from '../../src/webhook/certificates/make.ts'
import { findAssets } from './support/assets.ts'
import { type Cluster, openCluster, pathOf } from './support/cluster.ts'
import { type ControlPlane, startControlPlane } from './support/control-plane.ts'
import { type Installation, install } from './support/installation.ts'
import { type Load, reviewOf, startLoad } from './support/load.ts'
import { injectedRevision } from './support/pods.ts'
import { podWith } from './support/selectors.ts'
import { decoded, issuerOf } from './support/tls.ts'
import { pause, waitFor } from './support/wait.ts'

/*
 * A bad day: pods are created all the time, failurePolicy is Fail, and meanwhile the replicas are replaced, the API
 * server goes away for a minute, and the CA is followed by another. No pod may be refused. It needs a control plane of
 * its own: this one is stopped.
 */

const perSecond = 50
const outageMs = 60_000
const namespace = 'istio-system'
const minute = 60_000
/** How long after the start the CA has to be followed by the next: when the API server is back. */
const untilRenewal = 115_000

let controlPlane: ControlPlane
let cluster: Cluster
let installation: Installation
let creations: Load
let firstCa: string

beforeAll(async () => {
  controlPlane = await startControlPlane(findAssets())
  cluster = openCluster(controlPlane.access)
  for (const [name, labels] of [
    [namespace, {}],
    ['shop', { 'istio.io/rev': 'outrigger' }],
  ] as const) {
    await cluster.create(kinds.namespace, { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } })
    await waitFor('the namespace has a service account', () =>
      cluster.get(`/api/v1/namespaces/${name}/serviceaccounts/default`),
    )
  }
  firstCa = await storeOldCa()
  const values = { injector: { config: { injectedAnnotations: { version: 'first' } } } }
  installation = await install(cluster, { release: 'outrigger', namespace, values })
  creations = startLoad(perSecond, async (index) => {
    const pod = await cluster.create(kinds.pod, podWith(`web-${index}`, 'shop'))
    if (injectedRevision(pod) !== 'default') throw new Error(`web-${index} was created without its sidecar`)
  })
})

afterAll(async () => {
  await creations?.pause()
  await installation?.uninstall()
  cluster?.close()
  await controlPlane?.stop()
})

/**
 * A CA near its end: its successor is announced as soon as it is found, and signs when a twentieth of its life is left.
 * (After a longer while in which all webhooks hold it, too, which is longer than these tests.)
 */
async function storeOldCa(): Promise<string> {
  const now = Date.now()
  const { validFrom } = new X509Certificate(
    (await makeCa('to see how far it is dated back', new Date(now), 1)).certificate,
  )
  const forward = 60 * minute
  const life = forward + now - Date.parse(validFrom)
  const end = now + life / 20 + untilRenewal
  const made = await makeCa('the first CA', new Date(end - forward), forward / (24 * 60 * minute))
  await cluster.create(kinds.secret, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'outrigger-ca', namespace },
    stringData: { 'ca.crt': made.certificate, 'ca.key': made.key },
  })
  return made.certificate
}

test('replicas are replaced one after the other', async () => {
  const before = [...installation.replicas]
  await waitFor('pods are being created', () => creations.done() > perSecond)
  expect(await installation.roll()).toEqual([0, 0])
  expect(installation.replicas.some((replica) => before.includes(replica))).toBe(false)
  await waitFor('pods are created on', growing(creations))
  expect(creations.failures()).toEqual([])
  // The next CA is announced, and doesn't sign yet.
  const next = await stored('next.crt')
  const bundle = await caBundle()
  expect([await stored('ca.crt'), next === '', bundle.includes(next.trim())]).toEqual([firstCa, false, true])
})

test('the API server is away for a minute', { timeout: 5 * minute }, async () => {
  const bundle = await caBundle()
  const agent = new Agent({ keepAlive: true, ca: bundle, servername: `${installation.serviceName}.${namespace}.svc` })
  await creations.pause()
  await controlPlane.apiServer.stop()
  // Nobody creates pods now; what would ask, if somebody did, is answered as before.
  const reviews = startLoad(20, (index) => review(agent, String(index)))
  await pause(outageMs)
  await reviews.pause()
  agent.destroy()
  expect(reviews.failures()).toEqual([])
  expect(reviews.done()).toBeGreaterThan((outageMs / 1000) * 10)
  for (const replica of installation.replicas) expect(await replica.isReady()).toBe(true)

  await controlPlane.apiServer.start()
  creations.resume()
  // The watches go on: a change made now arrives.
  await cluster.patch(pathOf(kinds.configMap, namespace, installation.serviceName), {
    data: { config: JSON.stringify({ injectedAnnotations: { version: 'second' } }) },
  })
  await waitFor('all replicas serve a change made after the outage', async () => {
    const hashes = await Promise.all(installation.replicas.map(configurationOf))
    const pod = await cluster.create(kinds.pod, podWith('probe', 'shop'), { dryRun: true })
    return new Set(hashes).size === 1 && lookupString(pod, 'metadata', 'annotations', 'version') === 'second'
  })
  await waitFor('all informers are current again', async () => {
    const metrics = await Promise.all(installation.replicas.map((replica) => replica.metrics()))
    return metrics.every((values) =>
      [...values].every(([name, value]) => !name.startsWith('outrigger_informer_synced') || value === 1),
    )
  })
  expect(creations.failures()).toEqual([])
})

test('the CA is followed by the next, and certificates by theirs', { timeout: 5 * minute }, async () => {
  const second = await waitFor(
    'the next CA signs',
    async () => {
      const ca = await stored('ca.crt')
      return ca !== '' && ca !== firstCa && ca
    },
    4 * minute,
  )
  // As long as a certificate of the first may serve, both are trusted.
  const bundle = await caBundle()
  expect([firstCa, second].map((ca) => bundle.includes(ca.trim()))).toEqual([true, true])
  const options = { ca: bundle, servername: `${installation.serviceName}.${namespace}.svc` }
  for (const { port } of installation.replicas) {
    const isNext = async () => (await issuerOf(port, options)) === new X509Certificate(second).subject
    await waitFor('each replica serves with a certificate of the next CA', isNext)
  }
  // And through connections that are new.
  const before = [...installation.replicas]
  expect(await installation.roll()).toEqual([0, 0])
  expect(installation.replicas.some((replica) => before.includes(replica))).toBe(false)
  expect(creations.failures()).toEqual([])
})

test('no pod was refused, at any time', async () => {
  await creations.pause()
  expect(creations.failures()).toEqual([])
  expect(creations.done()).toBeGreaterThan(30 * perSecond)
  expect(creations.longest()).toBeLessThan(10_000)
})

function growing(load: Load): () => boolean {
  const before = load.done()
  return () => load.done() > before + perSecond
}

/** A file of the CA's Secret; empty where it has none of that name. */
async function stored(file: string): Promise<string> {
  return decoded(lookup(await cluster.get(pathOf(kinds.secret, namespace, 'outrigger-ca')), 'data', file))
}

async function caBundle(): Promise<string> {
  const path = pathOf(kinds.mutatingWebhookConfiguration, '', 'istio-revision-tag-outrigger')
  const webhooks = lookup(await cluster.get(path), 'webhooks')
  return decoded(lookup(Array.isArray(webhooks) ? webhooks[0] : undefined, 'clientConfig', 'caBundle'))
}

/** Asks through the balancer, as the API server does. */
function review(agent: Agent, uid: string): Promise<void> {
  const body = JSON.stringify(reviewOf(podWith(`direct-${uid}`, 'shop'), 'shop', uid))
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
  const options = { host: '127.0.0.1', port: installation.balancer.port, path: '/inject?timeout=10s', method: 'POST' }
  return new Promise((resolve, reject) => {
    const sent = request({ ...options, agent, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const answer = lookup(JSON.parse(Buffer.concat(chunks).toString()) as Json, 'response') as JsonObject
        if (answer['allowed'] === true && typeof answer['patch'] === 'string') resolve()
        else reject(new Error(`not injected: ${JSON.stringify(answer)}`))
      })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

async function configurationOf({ metrics }: Installation['replicas'][number]): Promise<string | undefined> {
  return [...(await metrics()).keys()].find((key) => key.startsWith('outrigger_config_info'))
}
