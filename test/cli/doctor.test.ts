import { readdirSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { basename } from 'node:path'
import { createServer } from 'node:tls'
import { describe, expect, onTestFinished, test } from 'vitest'
import { statuses } from '../../src/cli/doctor/check.ts'
import { checks } from '../../src/cli/doctor/checks.ts'
import { type Kind, kinds } from '../../src/cluster/kinds.ts'
import { readConfigurations, readNamespaces } from '../../src/istio/revisions/configuration.ts'
import { matchWebhooks } from '../../src/istio/revisions/match.ts'
import { revisionConfiguration, tagConfiguration } from '../../src/istio/revisions/webhooks.ts'
import { type JsonObject, lookup, lookupString, type StringMap } from '../../src/lang/json.ts'
import { type MadeCertificate, makeCa, makeLeaf } from '../../src/webhook/certificates/make.ts'
import { Refusal } from '../support/api-objects.ts'
import { type ApiServer, startApiServer } from '../support/api-server.ts'
import { servePods } from '../support/pod-streams.ts'
import { folder, outrigger } from './support.ts'

const namespace = 'istio-system'
const now = new Date()
const ca = await makeCa('outrigger', now, 365)

interface Setup {
  readonly revision?: string
  readonly caBundle?: string | undefined
  readonly failurePolicy?: 'Fail' | 'Ignore'
  readonly url?: string
}

function base({ revision = '', caBundle = ca.certificate, failurePolicy = 'Fail', url }: Setup = {}) {
  const bundle = caBundle === '' ? {} : { caBundle: Buffer.from(caBundle).toString('base64') }
  const place = url === undefined ? { service: { name: 'outrigger', namespace, path: '/inject', port: 443 } } : { url }
  return { revision, namespace, failurePolicy, clientConfig: { ...place, ...bundle } }
}

const own = (setup?: Setup) => revisionConfiguration(base(setup))
const tag = (name: string, setup?: Setup) => tagConfiguration({ ...base(setup), tag: name })

function space(name: string, labels: StringMap): JsonObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } }
}

const service: JsonObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'outrigger', namespace },
  spec: { ports: [{ name: 'https-webhook', port: 443, targetPort: 'https-webhook' }] },
}

function pod(name: string, image = 'outrigger:0.1.0'): JsonObject {
  const ports = [
    { name: 'https-webhook', containerPort: 15017 },
    { name: 'http-monitoring', containerPort: 15999 },
  ]
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels: { 'app.kubernetes.io/name': 'outrigger' } },
    spec: { containers: [{ name: 'outrigger', image, ports }] },
  }
}

function slice(pods: Readonly<Record<string, boolean>>): JsonObject {
  const endpoints = Object.entries(pods).map(([name, ready], index) => ({
    addresses: [`10.0.0.${index}`],
    conditions: { ready },
    targetRef: { kind: 'Pod', name, namespace },
  }))
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'outrigger-abc', namespace, labels: { 'kubernetes.io/service-name': 'outrigger' } },
    endpoints,
    ports: [{ name: 'https-webhook', port: 15017 }],
  }
}

/** A server that shows a certificate, as a pod of the injector would. */
async function serving({ certificate, key }: Pick<MadeCertificate, 'certificate' | 'key'>): Promise<number> {
  const server = createServer({ cert: certificate, key }, (socket) => socket.on('error', () => {}))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

const leafFor = (names: readonly string[], authority = ca, days = 30) => makeLeaf(names, authority, now, days)
const rightNames = ['outrigger.istio-system.svc']

/** Does to pods what the webhooks of a cluster would do. */
function inject(server: ApiServer) {
  return (kind: Kind, object: JsonObject): JsonObject => {
    if (kind !== kinds.pod) return object
    const name = lookupString(object, 'metadata', 'namespace')
    const [around] = readNamespaces(
      server.objects(kinds.namespace).filter((one) => lookupString(one, 'metadata', 'name') === name),
    )
    if (around === undefined) throw new Refusal(404, 'NotFound', `namespaces "${name}" not found`)
    const configurations = readConfigurations(server.objects(kinds.mutatingWebhookConfiguration))
    const labels = lookup(object, 'metadata', 'labels') as StringMap
    const called = matchWebhooks(configurations, { namespace: around, labels }).find(({ matches }) => matches)
    if (called === undefined) return object
    const metadata = object['metadata'] as JsonObject
    const annotations = { 'sidecar.istio.io/status': JSON.stringify({ revision: called.revision }) }
    return { ...object, metadata: { ...metadata, annotations } }
  }
}

/** A cluster in which all is well, with what is given in the place of the usual. */
async function cluster(
  objects: readonly JsonObject[] = [own()],
  { pods = { 'outrigger-1': true, 'outrigger-2': true } as Readonly<Record<string, boolean>>, port = 0 } = {},
): Promise<ApiServer> {
  const server = await startApiServer()
  onTestFinished(() => server.close())
  const spaces = [space('bare', {}), space('shop', { 'istio-injection': 'enabled' })]
  for (const object of [...spaces, service, slice(pods), ...objects]) server.put(object)
  for (const name of Object.keys(pods)) {
    server.put(pod(name))
    page(server, name, { hash: 'a'.repeat(64), revision: '', loadedAt: '2026-01-01T00:00:00Z' })
  }
  server.admission = inject(server)
  const usual = port > 0 ? port : await serving(await leafFor(rightNames))
  servePods(server, { port: (_, number) => (number === 15017 ? usual : undefined) })
  return server
}

function page(server: ApiServer, name: string, body: JsonObject, status = 200): void {
  const path = `/api/v1/namespaces/${namespace}/pods/${name}:15999/proxy/debug/config`
  server.pages.set(path, { status, body: JSON.stringify(body) })
}

interface Told {
  readonly check: string
  readonly status: string
  readonly about: string
  readonly message: string
  readonly fix?: string
}

async function doctor(server: ApiServer, ...args: readonly string[]) {
  const { code, stdout, stderr } = await outrigger(['doctor', '--kubeconfig', server.kubeconfig, '-o', 'json', ...args])
  if (stdout === '') throw new Error(stderr)
  const { checks: told } = JSON.parse(stdout) as { readonly checks: readonly Told[] }
  const of = (id: string) =>
    told.filter(({ check }) => check === id).map(({ status, about, message }) => `${status} ${about}: ${message}`)
  const fix = (id: string) => told.find(({ check }) => check === id)?.fix
  return { code, told, of, fix }
}

const pods = async (server: ApiServer, id: string) => (await doctor(server)).of(id)

test('each file of checks/ is a check that the doctor makes', () => {
  const files = readdirSync(new URL('../../src/cli/doctor/checks', import.meta.url))
  expect(files.map((file) => basename(file, '.ts'))).toEqual(checks.map(({ id }) => id).toSorted())
})

test('the texts of checks can be put together', () => {
  expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length)
  for (const { how, fix, meaning } of checks) {
    expect(how).toMatch(/^[A-Z].*\.$/s)
    expect(fix).toMatch(/^[a-z`].*[^.]$/)
    expect(Object.keys(meaning).every((status) => statuses.some((one) => one === status))).toBe(true)
  }
})

test('where all is well, every check says so, and nothing is written', async () => {
  const server = await cluster([own(), tag('prod'), space('bank', { 'istio.io/rev': 'prod' })])
  const { code, told } = await doctor(server)
  expect(told.filter(({ status }) => status !== 'ok')).toEqual([])
  expect(new Set(told.map(({ check }) => check))).toEqual(new Set(checks.map(({ id }) => id)))
  expect(code).toBe(0)
  expect(server.objects(kinds.pod)).toHaveLength(2)
  const writes = server.requests.filter(({ method }) => method !== 'GET').map(({ path }) => path)
  expect(writes.every((path) => path.endsWith('/pods?dryRun=All'))).toBe(true)
  expect(writes).toHaveLength(2)
})

test('the report is read in a terminal of 80 columns', async () => {
  const server = await cluster([own({ caBundle: '' })])
  const args = ['doctor', '--kubeconfig', server.kubeconfig]
  const { stdout } = await outrigger(args, '', { terminal: true, env: { NO_COLOR: '1' } })
  const lines = stdout.split('\n')
  expect(lines.filter((line) => line.length > 80 && line.includes(' ', 20))).toEqual([])
  expect(lines.slice(0, 2)).toEqual([
    'ok       installed      revision default: istio-sidecar-injector; calls Service',
    '                        istio-system/outrigger.',
  ])
  expect(stdout).toMatch(/^fail {5}certificate {4}revision default: /m)
  expect(stdout).toMatch(/^ {24}Fix: set the caBundle to the CA/m)
  expect(stdout.trimEnd().split('\n').at(-1)).toBe('10 ok, 1 warn, 1 fail.')
  const coloured = await outrigger(args, '', { terminal: true })
  expect(coloured.stdout).toContain('\u001B[31mfail')
  expect((await outrigger([...args, '-o', 'yaml'])).stdout).toContain('check: installed')
})

describe('installed', () => {
  test('no webhook at all, or none of the revision', async () => {
    const server = await cluster([])
    const all = await doctor(server)
    expect([all.code, all.of('installed')]).toEqual([1, ['fail : no MutatingWebhookConfiguration injects sidecars']])
    server.put(own({ revision: '1-25-0' }))
    server.put(tag('canary', { revision: '1-25-0' }))
    const near = await doctor(server, '--revision', '1-25-1')
    expect(near.of('installed')[0]).toMatch(/injects sidecars of this revision: did you mean 1-25-0\?$/)
    expect((await doctor(server, '--revision', 'canary')).of('installed')[0]).toMatch(
      /it is a tag of revision 1-25-0: use --tag$/,
    )
    expect((await doctor(server, '-n', 'elsewhere')).of('installed')).toEqual([
      'fail : no MutatingWebhookConfiguration injects sidecars by a Service in the namespace elsewhere',
    ])
  })

  test('a revision that a tag has taken over, and one that is just off', async () => {
    const off = revisionConfiguration({ ...base(), deactivated: true })
    const server = await cluster([off])
    expect(await pods(server, 'installed')).toEqual([
      'warn revision default: istio-sidecar-injector (switched off): its webhooks select the label istio.io/deactivated, which nothing has',
    ])
    server.put(tag('default'))
    const { of, code } = await doctor(server)
    expect(of('installed')).toEqual([
      'ok revision default: istio-revision-tag-default (tag default), istio-sidecar-injector (switched off); calls Service istio-system/outrigger',
    ])
    expect(of('reachable')).toEqual(['ok tag default: a pod in the namespace shop was injected'])
    expect(code).toBe(0)
  })
})

describe('endpoints', () => {
  test('nobody ready: what the failurePolicy makes of it', async () => {
    const server = await cluster([own()], { pods: { 'outrigger-1': false } })
    expect(await pods(server, 'endpoints')).toEqual([
      'fail revision default: Service istio-system/outrigger has no ready endpoints (1 not ready); its failurePolicy is Fail: every new pod of the namespace shop is rejected',
    ])
    server.put(own({ failurePolicy: 'Ignore' }))
    expect((await pods(server, 'endpoints'))[0]).toMatch(
      /its failurePolicy is Ignore: new pods of the namespace shop start without a sidecar, without any error$/,
    )
    server.put(slice({ 'outrigger-1': false, 'outrigger-2': true }))
    expect((await pods(server, 'endpoints'))[0]).toMatch(/^warn .*: 1 of 2 endpoints .* is ready$/)
    server.put(slice({}))
    expect((await pods(server, 'endpoints'))[0]).toMatch(/^fail .* has no endpoints; /)
  })

  test('no Service, no such port, and what is outside of the cluster', async () => {
    const server = await cluster()
    server.put({ ...service, spec: { ports: [{ port: 8443 }] } })
    expect((await pods(server, 'endpoints'))[0]).toMatch(
      /^fail .* has no port 443, it has only 8443; its failurePolicy/,
    )
    server.put({ ...service, spec: { type: 'ExternalName', externalName: 'localhost' } })
    expect((await pods(server, 'endpoints'))[0]).toMatch(/^unknown .* refers to localhost outside the cluster/)
    server.remove(kinds.service, 'outrigger', namespace)
    expect((await pods(server, 'endpoints'))[0]).toMatch(/^fail .*Service istio-system\/outrigger not found; /)
  })
})

describe('reachable', () => {
  const failing =
    (reason: string, name = 'namespace.sidecar-injector.istio.io') =>
    () => {
      const text = `Internal error occurred: failed calling webhook "${name}": failed to call webhook: ${reason}`
      throw new Refusal(500, 'InternalError', text)
    }

  test.each([
    [
      'Post "https://outrigger.istio-system.svc:443/inject?timeout=10s": x509: certificate signed by unknown authority',
      /^set the caBundle to the CA/,
    ],
    [
      'Post "https://outrigger.istio-system.svc:443/inject": dial tcp 10.0.0.1:443: connect: connection refused',
      /targetPort/,
    ],
    ['no endpoints available for service "outrigger"', /endpoints$/],
    ['service "outrigger" not found', /install the injector/],
    ['Post "https://x": context deadline exceeded', /NetworkPolicies/],
    ['the server could not find the requested resource', /path to \/inject/],
    ['tls: failed to verify certificate: x509: certificate is valid for a, not b', /serve a certificate for/],
  ])('the API server says %s', async (reason, expected) => {
    const server = await cluster()
    server.admission = failing(reason)
    const { code, of, fix } = await doctor(server)
    expect(of('reachable')).toEqual([
      `fail revision default: the API server can't call it: failed to call webhook: ${reason}`,
    ])
    expect(fix('reachable')).toMatch(expected)
    expect(code).toBe(1)
  })

  test('whatever else refuses the pod is no fault of the webhook', async () => {
    const server = await cluster()
    server.admission = failing('connection refused', 'policy.example.com')
    expect((await pods(server, 'reachable'))[0]).toMatch(
      /^unknown revision default: a pod in the namespace shop was rejected by the webhook policy.example.com, not by this one: /,
    )
    server.admission = () => {
      throw new Refusal(403, 'Forbidden', 'pods "x" is forbidden: no service account')
    }
    expect((await pods(server, 'reachable'))[0]).toMatch(
      /^unknown .*not by this one: pods "x" is forbidden: no service account/,
    )
    server.admission = () => {
      throw new Refusal(
        403,
        'Forbidden',
        'violates PodSecurity "restricted": (container "istio-init" must not include "NET_ADMIN")',
      )
    }
    expect((await pods(server, 'reachable'))[0]).toMatch(
      /^warn .*it was called, but the sidecar is not allowed in the namespace shop/,
    )
  })

  test('a quota refuses only after the webhook was called, unless its failure would have been ignored', async () => {
    const server = await cluster()
    server.admission = () => {
      throw new Refusal(403, 'Forbidden', 'pods "x" is forbidden: exceeded quota: small')
    }
    expect((await pods(server, 'reachable'))[0]).toMatch(
      /^ok .*which was only rejected afterwards: .* exceeded quota: small$/,
    )
    server.put(own({ failurePolicy: 'Ignore' }))
    expect((await pods(server, 'reachable'))[0]).toMatch(/^unknown .*exceeded quota: small$/)
  })

  test('a call that succeeds although nobody is ready is not taken for more than it is', async () => {
    const server = await cluster([own()], { pods: {} })
    expect((await pods(server, 'reachable'))[0]).toMatch(/^ok .*possibly over a connection that the API server keeps/)
  })

  test('another namespace is tried where something is in the way', async () => {
    const server = await cluster([own(), space('closed', { 'istio-injection': 'enabled' })])
    const injected = inject(server)
    server.admission = (kind, object) => {
      if (lookupString(object, 'metadata', 'namespace') === 'closed') throw new Refusal(403, 'Forbidden', 'no account')
      return injected(kind, object)
    }
    expect(await pods(server, 'reachable')).toEqual(['ok revision default: a pod in the namespace shop was injected'])
  })

  test('a pod without a sidecar, by failurePolicy; one of another revision', async () => {
    const server = await cluster([own({ failurePolicy: 'Ignore' })])
    server.admission = undefined
    expect((await pods(server, 'reachable'))[0]).toMatch(
      /^fail .*was not injected: the call failed, and failurePolicy Ignore/,
    )
    server.put(own())
    expect((await pods(server, 'reachable'))[0]).toMatch(/^fail .*was not injected, although the webhook was called$/)
    server.put(revisionConfiguration({ ...base(), matchConditions: [{ name: 'no-jobs', expression: 'true' }] }))
    expect((await pods(server, 'reachable'))[0]).toMatch(/^unknown .*keep the webhook from being called: no-jobs$/)
    server.put(own())
    server.admission = (_, object) => ({
      ...object,
      metadata: {
        ...(object['metadata'] as JsonObject),
        annotations: { 'sidecar.istio.io/status': '{"revision":"old"}' },
      },
    })
    expect((await pods(server, 'reachable'))[0]).toMatch(/^fail .*was injected by revision old$/)
  })

  test('without a labelled namespace the pod asks by its own labels; an API server that says nothing is not waited for', async () => {
    const server = await cluster([own({ revision: 'x' })])
    server.remove(kinds.namespace, 'shop')
    server.admission = undefined
    await doctor(server)
    const asked = server.requests.find(({ method }) => method === 'POST')
    expect(asked?.path).toBe('/api/v1/namespaces/bare/pods?dryRun=All')
    expect(lookup(asked?.body, 'metadata', 'labels')).toEqual({
      'sidecar.istio.io/inject': 'true',
      'istio.io/rev': 'x',
    })
    server.admission = () => new Promise(() => {})
    expect((await doctor(server, '--timeout', '500ms')).of('reachable')).toEqual(['unknown : no response within 0.5 s'])
  })
})

describe('caBundle and certificate', () => {
  test('a certificate of another CA, for other names, or about to end', async () => {
    const foreign = await makeCa('foreign', now, 365)
    const [otherCa, otherName, late] = await Promise.all([
      serving(await leafFor(rightNames, foreign)),
      serving(await leafFor(['elsewhere.svc'])),
      serving(await leafFor(rightNames, ca, 0.001)),
    ])
    const told = async (port: number) => (await doctor(await cluster([own()], { port }))).of('certificate')[0]
    expect(await told(otherCa)).toMatch(
      /^fail revision default: the certificate of pod istio-system\/outrigger-1 can't be verified: it is not signed by a CA of the caBundle\. Issuer: CN=foreign; /,
    )
    expect(await told(otherName)).toMatch(
      /it is not valid for this name\. .*names: elsewhere\.svc; .*expects outrigger\.istio-system\.svc$/,
    )
    expect(await told(late)).toMatch(/^warn /)
  })

  test('a tag that was left behind with an old CA', async () => {
    const old = await makeCa('old', now, 365)
    const server = await cluster([own(), tag('prod', { caBundle: old.certificate })])
    const { of } = await doctor(server)
    expect(of('ca-bundle')).toEqual([
      'warn revision default: istio-revision-tag-prod and istio-sidecar-injector contain different CAs',
    ])
    expect(of('certificate')[0]).toMatch(
      /^fail .*with the caBundle of tag prod\): it is not signed by a CA of the caBundle/,
    )
    server.put(tag('prod', { caBundle: `${old.certificate}${ca.certificate}` }))
    expect((await doctor(server)).of('certificate')[0]).toMatch(/^ok /)
  })

  test('a caBundle that is broken, has ended, expires soon, or is not there', async () => {
    const ended = await makeCa('ended', new Date(now.getTime() - 10 * 86_400_000), 5)
    const soon = await makeCa('soon', now, 3)
    const server = await cluster([own({ caBundle: 'nothing' })])
    expect((await pods(server, 'ca-bundle'))[0]).toMatch(/^fail .* contains no PEM certificate$/)
    server.put(own({ caBundle: ended.certificate }))
    expect((await pods(server, 'ca-bundle'))[0]).toMatch(/^fail .*every CA of istio-sidecar-injector has expired/)
    server.put(own({ caBundle: soon.certificate }))
    expect((await pods(server, 'ca-bundle'))[0]).toMatch(/^warn .*the CA of istio-sidecar-injector expires at/)
    server.put(own({ caBundle: '' }))
    const { of } = await doctor(server)
    expect(of('ca-bundle')[0]).toMatch(/^warn .*no caBundle: the API server trusts only public CAs/)
    expect(of('certificate')[0]).toMatch(/^fail .*it is not signed by a CA of the caBundle/)
  })

  test('what cannot be seen is unknown, and said', async () => {
    const server = await cluster()
    server.upgrade = undefined
    expect(await pods(server, 'certificate')).toEqual([
      'unknown revision default: no certificate was received: pod istio-system/outrigger-1: cannot connect to port 15017 of pod istio-system/outrigger-1: forbidden by the API server',
    ])
    servePods(server, { port: () => undefined })
    expect((await pods(server, 'certificate'))[0]).toMatch(/^unknown .*nothing listens on 15017$/)
  })

  test('a URL is looked at from here, and only praised', async () => {
    const port = await serving(await leafFor(['127.0.0.1']))
    const server = await cluster([own({ url: `https://127.0.0.1:${port}/inject` })])
    const { of } = await doctor(server)
    expect(of('certificate')[0]).toMatch(
      /^ok .*: 127\.0\.0\.1:\d+ \(seen from here\) serves a certificate that the caBundle verifies/,
    )
    expect(of('endpoints')[0]).toMatch(/^unknown .*called by the URL/)
    const other = await makeCa('other', now, 365)
    server.put(own({ url: `https://127.0.0.1:${port}/inject`, caBundle: other.certificate }))
    expect((await pods(server, 'certificate'))[0]).toMatch(/^unknown .*can't be verified/)
  })
})

describe('selectors and overlaps', () => {
  test('namespaces that ask for what nobody answers', async () => {
    const server = await cluster([
      own({ revision: '1-25-0' }),
      space('a', { 'istio.io/rev': '1-25-1' }),
      space('b', { 'istio.io/rev': '1-25-1' }),
      space('c', { 'istio.io/rev': '1-25-0' }),
    ])
    const { of, code } = await doctor(server)
    expect(of('selectors')).toEqual([
      'fail namespaces: namespaces a, b have the label istio.io/rev=1-25-1, which no webhook selects: did you mean 1-25-0?',
      'fail namespaces: namespace shop has the label istio-injection=enabled, which no webhook selects',
    ])
    expect(code).toBe(1)
  })

  test('two injectors for one pod', async () => {
    const second = {
      ...own({ url: 'https://other/inject' }),
      metadata: { name: 'other', labels: { 'istio.io/rev': 'other' } },
    }
    const server = await cluster([own(), second])
    expect((await pods(server, 'overlaps'))[0]).toMatch(/^fail webhooks: .* both select a pod with/)
  })
})

describe('configuration and versions', () => {
  test('replicas that serve different configurations, or another revision', async () => {
    const server = await cluster()
    page(server, 'outrigger-2', { hash: 'b'.repeat(64), revision: '', loadedAt: '2026-02-02T00:00:00Z' })
    const { of, code } = await doctor(server)
    expect(of('configuration')).toEqual([
      `fail revision default: replicas serve 2 configurations: configuration ${'a'.repeat(12)} in outrigger-1 (loaded at 2026-01-01T00:00:00Z); ` +
        `configuration ${'b'.repeat(12)} in outrigger-2 (loaded at 2026-02-02T00:00:00Z)`,
    ])
    expect(code).toBe(1)
    for (const name of ['outrigger-1', 'outrigger-2']) page(server, name, { hash: 'c', revision: 'x' })
    expect((await pods(server, 'configuration'))[0]).toMatch(/^fail .*the pod outrigger-1 serves revision x$/)
  })

  test('replicas that do not answer, or are not Outrigger', async () => {
    const server = await cluster()
    page(server, 'outrigger-2', { message: 'error trying to reach service: EOF' }, 503)
    expect((await pods(server, 'configuration'))[0]).toMatch(/^warn .*1 replica serves .*, 1 did not respond: .*EOF$/)
    for (const name of ['outrigger-1', 'outrigger-2']) page(server, name, {}, 404)
    expect((await pods(server, 'configuration'))[0]).toMatch(
      /^unknown .*outrigger-1 is not Outrigger: no \/debug\/config$/,
    )
  })

  test('images that differ', async () => {
    const server = await cluster()
    server.put(pod('outrigger-2', 'outrigger:0.2.0'))
    expect((await pods(server, 'versions'))[0]).toMatch(
      /^warn .*replicas run 2 images: outrigger:0.1.0, outrigger:0.2.0$/,
    )
    server.put(pod('outrigger-1', 'outrigger:0.2.0'))
    expect((await pods(server, 'versions'))[0]).toMatch(
      /^warn .*replicas run outrigger:0.2.0, and this command is version/,
    )
  })
})

describe('the version of injected proxies', () => {
  const istiod = (image: string): JsonObject => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'istiod', namespace: 'istio-system', labels: { app: 'istiod', 'istio.io/rev': 'default' } },
    spec: { template: { spec: { containers: [{ name: 'discovery', image }] } } },
  })

  test.each([
    [
      '1.27.1',
      'pilot:1.28.0',
      /^ok .*new proxies have version 1.27.1, and Deployment istio-system\/istiod has 1.28.0$/,
    ],
    ['1.27.1', 'pilot:1.29.0', /^warn .*version 1.27.1.*1.29.0$/],
    ['1.28.0', 'pilot:1.27.1', /^warn /],
    ['latest', 'pilot:1.27.1', /^unknown .*proxyv2:latest names no version$/],
    ['1.27.1', 'pilot@sha256:0', /^unknown .*pilot@sha256:0, which names no version$/],
  ])('%s beside %s', async (tag, image, expected) => {
    const server = await cluster()
    server.put(istiod(image))
    const body = { hash: 'a', revision: '', loadedAt: '', proxyImage: `example.com/proxyv2:${tag}` }
    for (const name of ['outrigger-1', 'outrigger-2']) page(server, name, body)
    expect((await pods(server, 'proxy-version'))[0]).toMatch(expected)
  })

  test('without an istiod there is nothing to compare', async () => {
    expect((await pods(await cluster(), 'proxy-version'))[0]).toMatch(/^ok .*there is no istiod of revision default$/)
  })
})

test('a right that is missing makes a check unknown and no other', async () => {
  const server = await cluster()
  server.faults.next.push({ status: 403, path: /endpointslices/ })
  const { of, code } = await doctor(server)
  expect(of('endpoints')[0]).toMatch(/^unknown revision default: cannot list endpointslices: /)
  expect(of('reachable')[0]).toMatch(/^ok /)
  expect(code).toBe(0)
})

test('an API server that is not there is wrong use', async () => {
  const server = await cluster()
  await server.stop()
  const { code, stderr } = await outrigger(['doctor', '--kubeconfig', server.kubeconfig])
  expect(code).toBe(2)
  expect(stderr).toMatch(/cannot reach the API server/)
})

test('manifests are looked at as far as they tell', async () => {
  const items = [own(), service, slice({ 'outrigger-1': true }), space('shop', { 'istio-injection': 'enabled' })]
  const cwd = folder({ 'all.json': JSON.stringify({ apiVersion: 'v1', kind: 'List', items }) })
  const { code, stdout } = await outrigger(['doctor', '-f', 'all.json', '-o', 'json'], '', { cwd })
  const { checks: told } = JSON.parse(stdout) as { readonly checks: readonly Told[] }
  expect(code).toBe(0)
  expect(told.map(({ check, status }) => `${check} ${status}`)).toEqual([
    'installed ok',
    'endpoints ok',
    'reachable unknown',
    'ca-bundle ok',
    'certificate unknown',
    'selectors ok',
    'overlaps ok',
    'istiod ok',
    'layout ok',
    'configuration unknown',
    'versions unknown',
    'proxy-version unknown',
  ])
})

describe('beside istiod', () => {
  const istiod: JsonObject = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'istiod', namespace },
    spec: { template: { metadata: { labels: { app: 'istiod', 'istio.io/rev': 'default' } } } },
  }
  const gateway: JsonObject = {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: 'web', namespace: 'edge' },
    spec: { gatewayClassName: 'istio' },
  }
  const outriggers = (setup?: Setup) => tagConfiguration({ ...base(setup), injector: 'outrigger', tag: 'outrigger' })

  test("as a tag of istiod's revision all is well, and it is found by its tag", async () => {
    const server = await cluster([outriggers(), istiod, gateway, space('edge', { 'istio.io/rev': 'outrigger' })])
    const { of } = await doctor(server, '--tag', 'outrigger')
    expect(of('installed')).toEqual([
      'ok tag outrigger: istio-revision-tag-outrigger (tag outrigger); calls Service istio-system/outrigger',
    ])
    expect(of('istiod')).toEqual(['ok istiod: istiod of revision default: its webhooks, tags and Gateways are its own'])
    expect(of('layout')).toEqual(['ok layout: no installation of the earlier layout, with a revision of its own'])
    expect((await doctor(server, '--tag', 'outriger')).of('installed')).toEqual([
      'fail tag outriger: no MutatingWebhookConfiguration of this tag injects sidecars: did you mean outrigger?',
    ])
  })

  test('a revision of its own takes the Gateways away', async () => {
    const server = await cluster([
      outriggers({ revision: 'outrigger' }),
      istiod,
      gateway,
      space('edge', { 'istio.io/rev': 'outrigger' }),
    ])
    const { code, of } = await doctor(server)
    expect(code).toBe(1)
    expect(of('istiod')).toEqual([
      expect.stringMatching(
        /^fail istiod: istio-revision-tag-outrigger .* is labelled istio.io\/rev=outrigger, and no istiod has/,
      ),
      expect.stringMatching(/^fail istiod: no istiod deploys the Gateway web of namespace edge: /),
    ])
  })

  test('the earlier layout has one command line', async () => {
    const marks = {
      labels: { 'app.kubernetes.io/name': 'outrigger' },
      annotations: { 'meta.helm.sh/release-name': 'mesh', 'meta.helm.sh/release-namespace': namespace },
    }
    const earlier = revisionConfiguration({ ...base(), ...marks })
    const moved = tagConfiguration({ ...base(), tag: 'prod', labels: marks.labels })
    const { of, fix } = await doctor(await cluster([earlier, moved]))
    expect(of('layout')).toEqual([
      expect.stringMatching(/^warn layout: istio-revision-tag-prod, istio-sidecar-injector: /),
    ])
    expect(fix('layout')).toBe(
      [
        'helm get values mesh -n istio-system -o yaml | helm install mesh-tag charts/outrigger -n istio-system -f - --set revision= ' +
          "--set 'tags={outrigger,default}' --set 'externalTags={prod}' --set webhook.failurePolicy=Ignore --wait",
        'outrigger tag set prod --to outrigger --overwrite',
        'helm uninstall mesh -n istio-system',
        'helm upgrade mesh-tag charts/outrigger -n istio-system --reuse-values --set webhook.failurePolicy=Fail',
      ].join(' && '),
    )
  })
})
