import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generate } from 'selfsigned'
import { afterEach, expect, onTestFinished, test } from 'vitest'
import type { WatchEvent } from '../../src/cluster/client.ts'
import { ConnectError, KubeError } from '../../src/cluster/client.ts'
import { connect } from '../../src/cluster/connect.ts'
import { kinds } from '../../src/cluster/kinds.ts'
import type { JsonObject } from '../../src/lang/json.ts'
import { lookup, lookupString } from '../../src/lang/json.ts'
import { type ApiServer, type ApiServerOptions, startApiServer } from '../support/api-server.ts'

const open: (() => unknown)[] = []
afterEach(async () => {
  for (const close of open.splice(0)) await close()
})

async function apiServer(options?: ApiServerOptions): Promise<ApiServer> {
  const server = await startApiServer(options)
  open.push(server.close)
  return server
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'outrigger-kube-'))
  open.push(() => rmSync(path, { recursive: true, force: true }))
  return path
}

function client(server: ApiServer, limits = {}) {
  return connect({ kubeconfig: server.kubeconfig, env: {}, userAgent: 'outrigger/1.2.3', limits })
}

const configMap = (name: string, data: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'istio-system', labels: { app: name } },
  data,
})
const eventually = <V>(value: () => V) => expect.poll(value)
const names = (objects: readonly JsonObject[]) => objects.map((object) => lookupString(object, 'metadata', 'name'))

test('creates, reads, replaces and removes objects', async () => {
  const server = await apiServer()
  const kube = client(server)
  const made = await kube.create(kinds.configMap, configMap('a', { x: '1' }), { fieldManager: 'me' })
  expect(await kube.get(kinds.configMap, 'a', 'istio-system')).toEqual(made)
  expect(await kube.get(kinds.configMap, 'b', 'istio-system')).toBeUndefined()
  const changed = await kube.replace(kinds.configMap, { ...made, data: { x: '2' } })
  expect(lookup(changed, 'data', 'x')).toBe('2')
  const conflict = kube.replace(kinds.configMap, { ...made, data: { x: '3' } })
  await expect(conflict).rejects.toMatchObject({ name: 'KubeError', status: 409, reason: 'Conflict' })
  await expect(conflict).rejects.toThrow('cannot replace ConfigMap istio-system/a: Operation cannot be fulfilled')
  await expect(kube.create(kinds.configMap, made)).rejects.toMatchObject({ status: 409, reason: 'AlreadyExists' })
  expect(await kube.remove(kinds.configMap, 'a', 'istio-system')).toBe(true)
  expect(await kube.remove(kinds.configMap, 'a', 'istio-system')).toBe(false)
  expect(new Set(server.requests.map(({ userAgent }) => userAgent))).toEqual(new Set(['outrigger/1.2.3']))
})

test('a dry run changes nothing, and warnings of the server are handed on', async () => {
  const server = await apiServer()
  server.faults.warning = 'use \\"v2\\" instead'
  const heard: string[] = []
  await client(server).create(kinds.configMap, configMap('a'), { dryRun: true, onWarning: (text) => heard.push(text) })
  expect(server.objects(kinds.configMap)).toEqual([])
  expect(heard).toEqual(['use "v2" instead'])
})

test('lists in pages, with selectors, and starts again when a page has expired', async () => {
  const server = await apiServer()
  for (const name of ['a', 'b', 'c', 'd', 'e']) server.put(configMap(name))
  server.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'elsewhere' } })
  const kube = client(server)
  expect(names(await kube.list(kinds.configMap, { pageSize: 2, namespace: 'istio-system' }))).toEqual([...'abcde'])
  expect(server.requests).toHaveLength(3)
  const [first] = await kube.list(kinds.configMap, { labelSelector: 'app in (b,c),app!=c' })
  expect(first).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'b' } })
  expect(names(await kube.list(kinds.configMap, { fieldSelector: 'metadata.name=d' }))).toEqual(['d'])
  server.faults.next.push({ status: 410, path: /continue=/ })
  expect(await kube.list(kinds.configMap, { pageSize: 4 })).toHaveLength(6)
})

test('server-side apply owns fields: conflicts name the manager, force takes over, fields left out go', async () => {
  const server = await apiServer()
  const kube = client(server)
  const webhooks = (hooks: readonly JsonObject[], labels: JsonObject = {}): JsonObject => ({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name: 'hooks', labels },
    webhooks: hooks,
  })
  const kind = kinds.mutatingWebhookConfiguration
  const full = [
    { name: 'one', clientConfig: { caBundle: 'old', url: 'https://one' } },
    { name: 'two', clientConfig: { caBundle: 'old', url: 'https://two' } },
  ]
  server.put(webhooks(full), 'helm')
  const bundle = (text: string) => webhooks([{ name: 'one', clientConfig: { caBundle: text } }])
  const refused = kube.apply(kind, bundle('new'), { fieldManager: 'outrigger' })
  await expect(refused).rejects.toMatchObject({ status: 409, reason: 'Conflict' })
  await expect(refused).rejects.toThrow('conflict with "helm": .webhooks[name="one"].clientConfig.caBundle')
  await kube.apply(kind, bundle('new'), { fieldManager: 'outrigger', force: true })
  const [object] = server.objects(kind)
  expect(lookup(object, 'webhooks')).toMatchObject([{ clientConfig: { caBundle: 'new', url: 'https://one' } }, full[1]])
  const again = await kube.apply(kind, bundle('new'), { fieldManager: 'outrigger' })
  expect(again['metadata']).toEqual(object?.['metadata'])
  await kube.apply(kind, webhooks([], { 'istio.io/tag': 'prod' }), { fieldManager: 'tags' })
  expect(await kube.apply(kind, webhooks([]), { fieldManager: 'tags' })).toMatchObject({
    metadata: expect.not.objectContaining({ labels: expect.anything() }),
  })
})

test('errors say what was refused, by whom, and how long to wait', async () => {
  const server = await apiServer()
  const kube = client(server, { answerMs: 200, answerBytes: 2 ** 20 })
  server.faults.next.push({ status: 429, retryAfter: 7 })
  await expect(kube.list(kinds.node)).rejects.toMatchObject({
    message: 'cannot list nodes: told to answer 429',
    status: 429,
    reason: 'TooManyRequests',
    retryAfterMs: 7000,
  })
  server.put(configMap('big', { text: 'x'.repeat(2 ** 20) }))
  await expect(kube.get(kinds.configMap, 'big', 'istio-system')).rejects.toThrow('longer than 1 MiB')
  server.faults.delayMs = 1000
  await expect(kube.list(kinds.node)).rejects.toThrow('did not respond within 0.2 s')
  await server.stop()
  await expect(kube.list(kinds.node)).rejects.toThrow(/^cannot reach the API server http:.*ECONNREFUSED/)
})

test('a watch hands on events across packets, ends with the stream, and stops when told', async () => {
  const server = await apiServer()
  const kube = client(server)
  const [first] = [server.put(configMap('a', { text: 'ü'.repeat(100_000) }))]
  const resourceVersion = String(Number(lookupString(first, 'metadata', 'resourceVersion')) - 1)
  const events: WatchEvent[] = []
  const stop = new AbortController()
  const options = { resourceVersion, timeoutSeconds: 30, signal: stop.signal }
  const ended = kube.watch(kinds.configMap, options, (event) => events.push(event))
  await eventually(() => events.length).toBe(1)
  expect(lookupString(events[0]?.object, 'data', 'text')).toHaveLength(100_000)
  server.endWatches()
  await ended
  const second = kube.watch(kinds.configMap, options, () => undefined)
  await eventually(() => server.watches().length).toBe(1)
  stop.abort()
  await expect(second).rejects.toBeInstanceOf(KubeError)
  await eventually(() => server.watches().length).toBe(0)
})

test('talks TLS with the CA and the token of the kubeconfig, or of a service account', async () => {
  const { private: key, cert } = await generate([{ name: 'commonName', value: '127.0.0.1' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
  })
  const server = await apiServer({ tls: { key, cert }, token: 'sesame' })
  server.put(configMap('a'))
  expect(names(await client(server).list(kinds.configMap))).toEqual(['a'])

  const serviceAccount = folder()
  for (const [file, text] of Object.entries({ 'ca.crt': cert, token: 'sesame', namespace: 'mesh' })) {
    writeFileSync(join(serviceAccount, file), text)
  }
  const env = {
    KUBERNETES_SERVICE_HOST: '127.0.0.1',
    KUBERNETES_SERVICE_PORT: new URL(server.url).port,
    HOME: folder(),
  }
  const pod = connect({ env, serviceAccount })
  expect(pod.namespace).toBe('mesh')
  expect(names(await pod.list(kinds.configMap))).toEqual(['a'])
  writeFileSync(join(serviceAccount, 'token'), 'wrong')
  await expect(connect({ env, serviceAccount, inCluster: true }).list(kinds.configMap)).rejects.toThrow('Unauthorized')
  const stranger = await generate([{ name: 'commonName', value: '127.0.0.1' }], { keyType: 'ec', algorithm: 'sha256' })
  writeFileSync(join(serviceAccount, 'ca.crt'), stranger.cert)
  await expect(connect({ env, serviceAccount }).list(kinds.configMap)).rejects.toThrow(/cannot reach.*certificate/)
})

test('uses a connection again, and tries a GET again when the server has closed it meanwhile', async () => {
  let connections = 0
  const server = createServer((socket) => {
    connections++
    let requests = 0
    socket
      .on('error', () => undefined)
      .on('data', () => {
        requests++
        if (requests > 1) socket.resetAndDestroy()
        else socket.write('HTTP/1.1 200 OK\r\ncontent-length: 12\r\n\r\n{"items":[]}')
      })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const address = server.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  const file = kubeconfig(folder(), { server: url, 'insecure-skip-tls-verify': true })
  const kube = connect({ kubeconfig: file, env: {} })
  expect(await kube.list(kinds.node)).toEqual([])
  expect(await kube.list(kinds.node)).toEqual([])
  expect(connections).toBe(2)
})

function kubeconfig(where: string, cluster: JsonObject, more: JsonObject = {}): string {
  mkdirSync(where, { recursive: true })
  const file = join(where, 'config')
  const contexts = [
    { name: 'prod', context: { cluster: 'c', user: 'u', namespace: 'shop' } },
    { name: 'nobody', context: { cluster: 'c' } },
    { name: 'lost', context: { cluster: 'd', user: 'u' } },
    { name: 'stranger', context: { cluster: 'c', user: 'v' } },
  ]
  const users = [{ name: 'u', user: { token: 't' } }]
  const clusters = [{ name: 'c', cluster }]
  writeFileSync(file, JSON.stringify({ clusters, users, contexts, 'current-context': 'prod', ...more }))
  return file
}

test('finds the kubeconfig as kubectl does', () => {
  const [one, two, home] = [folder(), folder(), folder()]
  const first = kubeconfig(one, { server: 'https://one' }, { 'current-context': '' })
  const second = kubeconfig(two, { server: 'https://two' })
  kubeconfig(join(home, '.kube'), { server: 'https://home' })
  const found = (options: Parameters<typeof connect>[0]) => connect(options).server
  expect(found({ env: { HOME: home } })).toBe('https://home')
  // Of two clusters with one name the first counts; the current context comes from the file that names one.
  expect(found({ env: { HOME: home, KUBECONFIG: `${one}/missing:${first}:${second}` } })).toBe('https://one')
  expect(found({ env: { HOME: home, KUBECONFIG: first }, kubeconfig: second })).toBe('https://two')
  expect(connect({ env: { HOME: home }, context: 'nobody' }).namespace).toBe('default')
  expect(connect({ env: { HOME: home } }).namespace).toBe('shop')
})

test('says what is wrong with a kubeconfig', () => {
  const home = folder()
  const file = kubeconfig(home, { server: 'https://one' })
  const fault = (options: Partial<Parameters<typeof connect>[0]>) => {
    try {
      connect({ env: {}, ...options })
    } catch (error) {
      expect(error).toBeInstanceOf(ConnectError)
      return error instanceof Error ? error.message.replaceAll(home, '~') : ''
    }
    return 'nothing'
  }
  const written = (name: string, text: string) => {
    writeFileSync(join(home, name), text)
    return join(home, name)
  }
  expect({
    none: fault({ env: { HOME: home } }),
    listed: fault({ env: { KUBECONFIG: `${home}/a:${home}/b` } }),
    missing: fault({ kubeconfig: `${home}/nowhere` }),
    directory: fault({ kubeconfig: home }),
    text: fault({ kubeconfig: written('text', 'hello') }),
    empty: fault({ kubeconfig: written('empty', '') }),
    context: fault({ kubeconfig: file, context: 'prdo' }),
    current: fault({ kubeconfig: kubeconfig(join(home, 'x'), { server: 'https://x' }, { 'current-context': '' }) }),
    cluster: fault({ kubeconfig: file, context: 'lost' }),
    user: fault({ kubeconfig: file, context: 'stranger' }),
    plain: fault({ kubeconfig: kubeconfig(join(home, 'y'), { server: 'http://y' }) }),
    url: fault({ kubeconfig: kubeconfig(join(home, 'z'), { server: 'y:' }) }),
    pod: fault({ inCluster: true }),
    account: fault({ inCluster: true, env: { KUBERNETES_SERVICE_HOST: '10.0.0.1' }, serviceAccount: home }),
  }).toMatchInlineSnapshot(`
    {
      "account": "no service account: ~/token is missing (automountServiceAccountToken must be true)",
      "cluster": "kubeconfig ~/config: context "lost" refers to an unknown cluster "d"; known are c",
      "context": "kubeconfig ~/config has no context "prdo"; did you mean prod?",
      "current": "kubeconfig ~/x/config has no current-context; choose one with --context: prod, nobody, lost, stranger",
      "directory": "cannot use kubeconfig ~: is a directory",
      "empty": "cannot use kubeconfig ~/empty: it is not a kubeconfig (clusters, users and contexts as YAML)",
      "listed": "no cluster: KUBECONFIG is ~/a:~/b, but no such file exists, and this is not a pod with a service account. Set a kubeconfig with --kubeconfig or KUBECONFIG",
      "missing": "cannot use kubeconfig ~/nowhere: no such file or directory",
      "none": "no cluster: KUBECONFIG is not set and there is no ~/.kube/config, and this is not a pod with a service account. Set a kubeconfig with --kubeconfig or KUBECONFIG",
      "plain": "http://y is not encrypted: set insecure-skip-tls-verify: true for this cluster to use it nevertheless",
      "pod": "not in a pod: KUBERNETES_SERVICE_HOST is not set",
      "text": "cannot use kubeconfig ~/text: it is not a kubeconfig (clusters, users and contexts as YAML)",
      "url": "the server of cluster "c" is not an http(s) URL: y:",
      "user": "kubeconfig ~/config: context "stranger" refers to an unknown user "v"; known are u",
    }
  `)
})

test('credential plugins run, and their failure is told', async () => {
  const server = await apiServer({ token: 'from-plugin' })
  const users = (script: string) => [
    {
      name: 'u',
      user: {
        exec: {
          apiVersion: 'client.authentication.k8s.io/v1',
          command: process.execPath,
          args: ['-e', script],
          interactiveMode: 'Never',
        },
      },
    },
  ]
  const cluster = { server: server.url, 'insecure-skip-tls-verify': true }
  const good = `const { apiVersion, kind } = JSON.parse(process.env.KUBERNETES_EXEC_INFO)
    console.log(JSON.stringify({ apiVersion, kind, status: { token: 'from-plugin' } }))`
  const kube = connect({ env: {}, kubeconfig: kubeconfig(folder(), cluster, { users: users(good) }) })
  expect(await kube.list(kinds.node)).toEqual([])
  const bad = connect({
    env: {},
    kubeconfig: kubeconfig(folder(), cluster, { users: users('console.error("log in first"); process.exit(1)') }),
  })
  await expect(bad.list(kinds.node)).rejects.toThrow(
    `no credentials for ${server.url}: credential plugin ${process.execPath} exited with code 1: log in first`,
  )
})
