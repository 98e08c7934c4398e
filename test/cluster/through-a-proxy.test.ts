import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { connect as connectTls, createServer as createTlsServer } from 'node:tls'
import { expect, onTestFinished, test } from 'vitest'
import type { WatchEvent } from '../../src/cluster/client.ts'
import { type ConnectOptions, connect } from '../../src/cluster/connect.ts'
import { connectExec } from '../../src/cluster/exec.ts'
import { kinds } from '../../src/cluster/kinds.ts'
import { connectPortForward } from '../../src/cluster/port-forward.ts'
import { connectPages } from '../../src/cluster/proxy.ts'
import type { JsonObject } from '../../src/lang/json.ts'
import { makeCa, makeLeaf } from '../../src/webhook/certificates/make.ts'
import { folder } from '../cli/support.ts'
import { startApiServer } from '../support/api-server.ts'
import { startConnectProxy } from '../support/connect-proxy.ts'
import { servePods } from '../support/pod-streams.ts'
import { startSocksProxy } from '../support/socks-proxy.ts'

/* The only way to api.example leads through a proxy: nobody else knows where it is. */

const ca = await makeCa('ca', new Date(), 1)
const leaf = await makeLeaf(['api.example', '0.0.0.0', '10.9.8.7', '127.0.0.1'], ca, new Date(), 1)
const tls = { key: leaf.key, cert: leaf.certificate }
const name = 'api.example:6443'

async function apiServer() {
  const server = await startApiServer({ tls, token: 'sesame' })
  onTestFinished(() => server.close())
  server.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'istio-system' } })
  const port = Number(new URL(server.url).port)
  return { server, port, ports: { [name]: port, '10.9.8.7:443': port, '[fd00::7]:443': port } }
}

function options(cluster: JsonObject = {}, env: ConnectOptions['env'] = {}): ConnectOptions {
  const authority = Buffer.from(ca.certificate).toString('base64')
  const content = {
    clusters: [
      { name: 'c', cluster: { server: `https://${name}`, 'certificate-authority-data': authority, ...cluster } },
    ],
    users: [{ name: 'u', user: { token: 'sesame' } }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  }
  return { kubeconfig: join(folder({ config: JSON.stringify(content) }), 'config'), env }
}

const found = (using: ConnectOptions) => connect(using).list(kinds.configMap)
const target = { namespace: 'shop', pod: 'web', container: 'app' }

test('all that is done with an API server goes through the proxy of the environment', async () => {
  const { server, ports } = await apiServer()
  const proxy = await startConnectProxy({ ports, credentials: 'me:p@ss word' })
  const behind = createTlsServer(tls, (socket) => socket.pipe(socket))
  await new Promise<void>((resolve) => behind.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void behind.close())
  servePods(server, { exec: () => 'printed', port: () => (behind.address() as AddressInfo).port })
  server.pages.set('/version', { status: 200, body: '{}' })
  const using = options({}, { HTTPS_PROXY: `http://me:p%40ss%20word@${proxy.address}` })

  const kube = connect(using)
  expect(await kube.list(kinds.configMap)).toHaveLength(1)
  expect(proxy.connects).toEqual([name])
  const applied = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'b', namespace: 'shop' }, data: { x: '1' } }
  await kube.apply(kinds.configMap, applied, { fieldManager: 'me' })
  // The same connection again.
  expect(proxy.connects).toEqual([name])

  const events: WatchEvent[] = []
  const [stop, text] = [new AbortController(), 'ü'.repeat(300_000)]
  const watched = kube.watch(
    kinds.configMap,
    { resourceVersion: '0', timeoutSeconds: 60, signal: stop.signal },
    (event) => events.push(event),
  )
  server.put({ ...applied, data: { text } })
  await expect.poll(() => events.at(-1)?.object['data']).toEqual({ text })
  stop.abort()
  await expect(watched).rejects.toThrow('aborted')

  const before = proxy.connects.length
  expect((await connectExec(using)(target, ['cat'], 5000)).stdout).toBe('printed')
  const forwarded = await connectPortForward(using)({ ...target, port: 15017 }, 5000)
  const inside = connectTls({ socket: forwarded, servername: 'api.example', ca: [ca.certificate] })
  inside.write('x'.repeat(20_000))
  let echoed = 0
  for await (const chunk of inside) {
    echoed += chunk.length
    if (echoed === 20_000) break
  }
  forwarded.destroy()
  expect(await connectPages(using).page('/version', { timeoutMs: 5000 })).toBe('{}')
  expect(proxy.connects.slice(before)).toEqual([name, name, name])
})

test('proxy-url takes precedence over the environment, and is used even for this machine', async () => {
  const { server, port, ports } = await apiServer()
  const [wanted, other] = [await startConnectProxy({ ports }), await startConnectProxy({ ports })]
  const env = { HTTPS_PROXY: other.url, NO_PROXY: '*' }
  expect(await found(options({ 'proxy-url': wanted.url }, env))).toHaveLength(1)
  expect(await found(options({ 'proxy-url': wanted.url, server: server.url }, env))).toHaveLength(1)
  expect(wanted.connects).toEqual([name, `127.0.0.1:${port}`])
  expect(other.connects).toEqual([])
})

test('an encrypted proxy, whose CA may be the cluster\u2019s, as for kubectl', async () => {
  const { ports } = await apiServer()
  const proxy = await startConnectProxy({ ports, tls })
  expect(await found(options({ 'proxy-url': proxy.url }))).toHaveLength(1)
  const stranger = await makeLeaf(['127.0.0.1'], await makeCa('other', new Date(), 1), new Date(), 1)
  const impostor = await startConnectProxy({ ports, tls: { key: stranger.key, cert: stranger.certificate } })
  await expect(found(options({ 'proxy-url': impostor.url }))).rejects.toThrow(
    /the proxy https:.* can't be used: .*certif/,
  )
  const trusting = { 'insecure-skip-tls-verify': true, 'certificate-authority-data': '' }
  expect(await found(options({ 'proxy-url': impostor.url, ...trusting }))).toHaveLength(1)
})

test('a SOCKS5 proxy, which resolves the name', async () => {
  const { ports } = await apiServer()
  const proxy = await startSocksProxy({ ports, credentials: 'me:secret' })
  expect(await found(options({ 'proxy-url': `socks5://me:secret@${proxy.address}` }))).toHaveLength(1)
  expect(await found(options({}, { https_proxy: `socks5h://me:secret@${proxy.address}` }))).toHaveLength(1)
  expect(proxy.connects).toEqual([name, name])
  const refused = found(options({ 'proxy-url': `socks5://me:wrong@${proxy.address}` }))
  await expect(refused).rejects.toThrow(
    `the proxy socks5://${proxy.address} (proxy-url of cluster "c") can't be used: `,
  )
  await expect(refused).rejects.not.toThrow('wrong')
})

test('the API server is verified through a proxy: an address too, which names of this machine don\u2019t stand for', async () => {
  const { ports } = await apiServer()
  const proxy = await startConnectProxy({ ports })
  const env = { HTTPS_PROXY: proxy.address }
  expect(await found(options({ server: 'https://10.9.8.7' }, env))).toHaveLength(1)
  await expect(found(options({ server: 'https://[fd00::7]' }, env))).rejects.toThrow(
    /fd00::7.* is not in the cert's list/,
  )
  expect(await found(options({ server: 'https://[fd00::7]', 'tls-server-name': 'api.example' }, env))).toHaveLength(1)
  expect(proxy.connects).toEqual(['10.9.8.7:443', '[fd00::7]:443', '[fd00::7]:443'])
  const other = {
    'certificate-authority-data': Buffer.from((await makeCa('x', new Date(), 1)).certificate).toString('base64'),
  }
  await expect(found(options(other, env))).rejects.toThrow(
    /cannot reach the API server https:\/\/api.example:6443: .*certif/,
  )
})

test('a pod goes directly to what its NO_PROXY lists, and else through its proxy', async () => {
  const { port } = await apiServer()
  const serviceAccount = folder({ 'ca.crt': ca.certificate, token: 'sesame\n', namespace: 'mesh' })
  const proxy = await startConnectProxy({ ports: { [`10.9.8.7:${port}`]: port } })
  // Linux reaches this machine at 0.0.0.0, which isn't a loopback address.
  const at = (host: string, more = {}) => {
    const env = {
      KUBERNETES_SERVICE_HOST: host,
      KUBERNETES_SERVICE_PORT: String(port),
      HTTPS_PROXY: proxy.url,
      ...more,
    }
    return found({ env: { HOME: folder({}), ...env }, serviceAccount })
  }
  expect(await at('0.0.0.0', { NO_PROXY: '.svc,0.0.0.0/8' })).toHaveLength(1)
  expect(proxy.connects).toEqual([])
  expect(await at('10.9.8.7')).toHaveLength(1)
  expect(proxy.connects).toEqual([`10.9.8.7:${port}`])
})

test('an API server without TLS is reached through HTTP_PROXY', async () => {
  const server = await startApiServer()
  onTestFinished(() => server.close())
  const proxy = await startConnectProxy({ ports: { 'plain.example:80': Number(new URL(server.url).port) } })
  const plain = { server: 'http://plain.example', 'insecure-skip-tls-verify': true }
  const env = { HTTP_PROXY: proxy.url, HTTPS_PROXY: 'http://127.0.0.1:1' }
  servePods(server, { exec: () => 'printed' })
  expect(await found(options(plain, env))).toEqual([])
  expect((await connectExec(options(plain, env))(target, ['cat'], 5000)).stdout).toBe('printed')
  expect(proxy.connects).toEqual(['plain.example:80', 'plain.example:80'])
})

test('says which proxy fails, from which setting, and never its password', async () => {
  const { ports } = await apiServer()
  const proxy = await startConnectProxy({ ports, credentials: 'me:secret' })
  const { port } = createServer().listen(0).address() as AddressInfo
  const fault = async (using: () => unknown) => {
    try {
      await using()
    } catch (error) {
      return String(error).replaceAll(proxy.address, 'PROXY').replaceAll(String(port), 'PORT')
    }
    return 'nothing'
  }
  const via = (url: string) => found(options({ 'proxy-url': url }))
  const told: Record<string, string> = {
    none: await fault(() => via(proxy.url)),
    wrong: await fault(() => found(options({}, { https_proxy: `me:hush@${proxy.address}` }))),
  }
  const withPassword = `http://me:secret@${proxy.address}`
  for (const status of [403, 502, 400]) {
    proxy.refuseWith = status
    told[status] = await fault(() => via(withPassword))
  }
  told['exec'] = await fault(() => connectExec(options({ 'proxy-url': withPassword }))(target, ['cat'], 5000))
  proxy.refuseWith = undefined
  proxy.silent = true
  told['silent'] = await fault(() =>
    connect({ ...options({ 'proxy-url': withPassword }), limits: { answerMs: 100 } }).list(kinds.node),
  )
  told['silentExec'] = await fault(() => connectExec(options({ 'proxy-url': withPassword }))(target, ['cat'], 100))
  told['away'] = await fault(() => via('http://me:hush@127.0.0.1:1'))
  told['notHttp'] = await fault(() => connect(options({ 'proxy-url': 'ftp://me:hush@p' })))
  told['noHost'] = await fault(() => connect(options({}, { HTTPS_PROXY: 'http://me:hush@p:x' })))
  expect(Object.values(told).join()).not.toMatch(/hush|secret/)
  expect(told).toMatchInlineSnapshot(`
    {
      "400": "KubeError: cannot reach the API server https://api.example:6443: the proxy http://PROXY (proxy-url of cluster "c") refused to connect to api.example:6443: HTTP 400",
      "403": "KubeError: cannot reach the API server https://api.example:6443: the proxy http://PROXY (proxy-url of cluster "c") doesn't allow connections to api.example:6443 (HTTP 403)",
      "502": "KubeError: cannot reach the API server https://api.example:6443: the proxy http://PROXY (proxy-url of cluster "c") can't connect to api.example:6443 (HTTP 502)",
      "away": "KubeError: cannot reach the API server https://api.example:6443: the proxy http://127.0.0.1:1 (proxy-url of cluster "c") can't be used: connect ECONNREFUSED 127.0.0.1:1",
      "exec": "KubeError: cannot run cat in pod shop/web: the proxy http://PROXY (proxy-url of cluster "c") refused to connect to api.example:6443: HTTP 400",
      "noHost": "ConnectError: HTTPS_PROXY must be the URL of a proxy: http://, https:// or socks5://, a host, and its port",
      "none": "KubeError: cannot reach the API server https://api.example:6443: the proxy http://PROXY (proxy-url of cluster "c") requires a user and password in its URL",
      "notHttp": "ConnectError: proxy-url of cluster "c" must be the URL of a proxy: http://, https:// or socks5://, a host, and its port",
      "silent": "KubeError: https://api.example:6443 did not respond within 0.1 s",
      "silentExec": "KubeError: cannot run cat in pod shop/web: the proxy http://PROXY (proxy-url of cluster "c") can't be used: no response within 0.1 s",
      "wrong": "KubeError: cannot reach the API server https://api.example:6443: the proxy http://PROXY (https_proxy) refused the user and password in its URL",
    }
  `)
})
