import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { JsonObject } from '../../src/lang/json.ts'
import { parseListeners } from '../../src/lint/listeners.ts'
import { type ApiServer, startApiServer } from '../support/api-server.ts'
import { type ExecAnswer, type ExecAsked, servePods } from '../support/pod-streams.ts'
import { folder, outrigger } from './support.ts'

const header = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n'
const row = (address: string, port: number, state = '0A') =>
  `   0: ${address}:${port.toString(16).toUpperCase().padStart(4, '0')} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000  1000        0 1\n`
const everywhere = header + row('00000000', 8080)
const localhost = header + row('0100007F', 8080)

const namespace: JsonObject = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'shop', labels: { 'istio-injection': 'enabled' } },
}
const service: JsonObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
}

function pod(name: string, owner?: string, more: JsonObject = {}, labels: JsonObject = { app: 'web' }): JsonObject {
  const ownerReferences = owner === undefined ? [] : [{ kind: 'ReplicaSet', name: owner, controller: true }]
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'shop', labels, ownerReferences },
    spec: { containers: [{ name: 'app', image: 'app:1' }], ...more },
    status: { phase: 'Running' },
  }
}

async function cluster(...objects: readonly JsonObject[]): Promise<ApiServer> {
  const server = await startApiServer()
  onTestFinished(() => server.close())
  for (const object of [namespace, service, ...objects]) server.put(object)
  server.pages.set('/version', { status: 200, body: '{"major":"1","minor":"33+"}' })
  return server
}

async function precheck(server: ApiServer, ...args: readonly string[]) {
  const { code, stdout, stderr } = await outrigger([
    'precheck',
    '--kubeconfig',
    server.kubeconfig,
    '-o',
    'json',
    ...args,
  ])
  const findings = (JSON.parse(stdout) as { findings: { code: string; object: JsonObject; message: string }[] })
    .findings
  return { code, stderr, found: findings.map(({ code, object, message }) => `${code} ${object['name']}: ${message}`) }
}

test('a port that listens on localhost only is found in one pod of each workload', async () => {
  const server = await cluster(
    pod('web-1-a', 'web-1'),
    pod('web-1-b', 'web-1'),
    pod('web-2-a', 'web-2'),
    pod('lone'),
    pod('other', 'other-1', {}, { app: 'other' }),
    pod('host', 'host-1', { hostNetwork: true }),
  )
  const asked: ExecAsked[] = []
  const exec = (one: ExecAsked): ExecAnswer => {
    asked.push(one)
    return one.pod === 'web-2-a' ? localhost : everywhere
  }
  servePods(server, { exec })
  const { code, stderr, found } = await precheck(server, '--ignore', 'OUT0002')
  expect([code, stderr]).toEqual([1, ''])
  expect(found).toEqual(['IST0143 web-2-a: port 8080, the target of Service shop/web, listens on 127.0.0.1 only'])
  expect(asked.map((one) => one.pod).sort()).toEqual(['lone', 'web-1-a', 'web-2-a'])
  expect(asked[0]).toMatchObject({ container: 'app', command: ['cat', '/proc/net/tcp', '/proc/net/tcp6'] })
  asked.length = 0
  await precheck(server, '--all')
  expect(asked.map((one) => one.pod).sort()).toEqual(['lone', 'web-1-a', 'web-1-b', 'web-2-a'])
  expect(server.requests.every(({ method }) => method === 'GET')).toBe(true)
})

test('other programs and containers are tried, and what could not be read is said', async () => {
  const containers = [
    { name: 'istio-proxy', image: 'proxy:1.27.1' },
    { name: 'bare', image: 'scratch' },
    { name: 'toolbox', image: 'busybox' },
  ]
  const server = await cluster(pod('web', undefined, { containers }), pod('bare'))
  const asked: string[] = []
  servePods(server, {
    exec: ({ pod, container, command }) => {
      asked.push(`${pod} ${container} ${command[0]}`)
      if (container === 'toolbox' && command[0] === 'busybox')
        return { stdout: localhost, failure: 'command terminated with exit code 1' }
      return { failure: 'exec: "cat": executable file not found in $PATH' }
    },
  })
  const { found, stderr } = await precheck(server)
  expect(found).toEqual(['IST0143 web: port 8080, the target of Service shop/web, listens on 127.0.0.1 only'])
  expect(asked.filter((one) => one.startsWith('web'))).toEqual([
    ...['cat', 'busybox', 'head'].map((program) => `web bare ${program}`),
    ...['cat', 'busybox'].map((program) => `web toolbox ${program}`),
  ])
  expect(stderr).toBe(
    "note: the listeners of 1 of 2 pods couldn't be read (IST0143): no container has cat, busybox or head: shop/bare; --listeners reads them from files\n",
  )
})

test('a pod that says nothing is not waited for', async () => {
  const server = await cluster(pod('slow'))
  servePods(server, { exec: () => undefined })
  const { found, stderr } = await precheck(server, '--timeout', '300ms')
  expect(found).toEqual([])
  expect(stderr).toBe(
    "note: the listeners of 1 of 1 pods couldn't be read (IST0143): it took longer than 0.3 s: shop/slow; --listeners reads them from files\n",
  )
})

test('reads as many pods at a time as --concurrency allows, and none once exec is forbidden', async () => {
  const pods = Array.from({ length: 30 }, (_, index) => pod(`web-${index}`))
  const server = await cluster(...pods)
  const { most } = servePods(server, { exec: () => everywhere, together: 4 })
  expect((await precheck(server, '--concurrency', '4')).code).toBe(0)
  expect(most()).toBe(4)
  server.upgrade = undefined
  server.requests.length = 0
  const { code, stderr } = await precheck(server, '--concurrency', '2')
  expect(code).toBe(0)
  expect(server.requests.filter(({ path }) => path.includes('/exec')).length).toBeLessThanOrEqual(2)
  expect(stderr).toContain('of 30 of 30 pods')
  expect(stderr).toContain('missing permission to run commands in pods (create on pods/exec): shop/web-0, ')
  expect((await outrigger(['precheck', '--concurrency', '0'])).code).toBe(2)
})

test('listeners from files take the place of exec', async () => {
  const server = await cluster(pod('web-1'), pod('web-2'), pod('web-3'))
  servePods(server, { exec: () => everywhere })
  const cwd = folder({ 'a.txt': localhost, 'b.txt': 'hello' })
  mkdirSync(join(cwd, 'saved', 'shop'), { recursive: true })
  writeFileSync(join(cwd, 'saved', 'shop', 'web-2'), header + row('0100007F', 8080))
  const run = (...args: string[]) => outrigger(['precheck', '--kubeconfig', server.kubeconfig, ...args], '', { cwd })
  const { code, stdout, stderr } = await run('--listeners', 'shop/web-1=a.txt', '--listeners', 'saved')
  expect([code, stderr]).toEqual([1, ''])
  expect(stdout.match(/^error IST0143 .*$/gm)).toEqual(['error IST0143 Pod shop/web-1', 'error IST0143 Pod shop/web-2'])
  expect(server.requests.filter(({ path }) => path.includes('/exec'))).toHaveLength(1)
  expect((await run('--listeners', 'shop/web-9=a.txt')).stderr).toBe(
    'note: --listeners: no running pod with this name: shop/web-9\n',
  )
  expect((await run('--listeners', 'shop/web-1=b.txt')).stderr).toMatch(/b\.txt is not a copy of \/proc\/net\/tcp/)
  expect((await run('--listeners', 'nowhere')).stderr).toMatch(/neither NAMESPACE\/POD=FILE nor a readable folder/)
})

test('offline: from saved manifests, with what only the flags can know', async () => {
  const webhook = {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name: 'istio-sidecar-injector', labels: { 'istio.io/rev': 'default' } },
    webhooks: [
      {
        name: 'namespace.sidecar-injector.istio.io',
        clientConfig: { service: { name: 'gone', namespace: 'shop' } },
        rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
        namespaceSelector: { matchLabels: { 'istio-injection': 'enabled' } },
        matchConditions: [{ name: 'any', expression: 'true' }],
      },
    ],
  }
  const both = {
    ...namespace,
    metadata: { name: 'both', labels: { 'istio-injection': 'enabled', 'istio.io/rev': 'x' } },
  }
  const root = pod('root', undefined, { securityContext: { runAsUser: 1337 } })
  const items = [namespace, both, service, webhook, root]
  const cwd = folder({ 'all.json': JSON.stringify({ apiVersion: 'v1', kind: 'List', items }), 'tcp.txt': localhost })
  const run = (...args: string[]) => outrigger(['precheck', '-f', 'all.json', ...args], '', { cwd })
  const { code, stdout, stderr } = await run('--kubernetes-version', '1.27')
  expect(code).toBe(1)
  expect(stderr).toBe('note: the listeners of 1 pod are unknown (IST0143): --listeners reads them from files\n')
  const codes = [...stdout.matchAll(/(?:error|warning|info) ([A-Z]+\d+)/g)].map(([, one]) => one)
  expect(codes.sort()).toEqual(['IST0123', 'IST0139', 'IST0144', 'OUT0020'])
  const given = await run('--listeners', 'shop/root=tcp.txt')
  expect(given.stderr).toBe('')
  expect(given.stdout).toContain('IST0143')
  expect((await run('--kubernetes-version', 'new')).code).toBe(2)
})

test('junit and sarif say which command it was', async () => {
  const cwd = folder({ 'a.yaml': JSON.stringify(namespace) })
  const run = (format: string) => outrigger(['precheck', '-f', 'a.yaml', '-o', format], '', { cwd })
  expect((await run('junit')).stdout).toContain('<testsuites name="outrigger precheck"')
  expect(JSON.parse((await run('sarif')).stdout)).toMatchObject({ version: '2.1.0' })
})

/** What this machine's own kernel prints. */
const canReadProc = process.platform === 'linux'

test.runIf(canReadProc)('what the kernel prints of real listeners is read, whatever their address', async () => {
  const addresses = ['127.0.0.1', '0.0.0.0', '::1', '::ffff:127.0.0.1', '::']
  const listening: [string, number][] = []
  for (const address of addresses) {
    const server = createServer()
    const port = await new Promise<number>((resolve) => {
      server.once('error', () => resolve(0))
      server.listen(0, address, () => {
        const bound = server.address()
        resolve(typeof bound === 'object' && bound !== null ? bound.port : 0)
      })
    })
    onTestFinished(() => void server.close())
    // A machine without IPv6 has fewer.
    if (port > 0) listening.push([address, port])
  }
  const text = ['/proc/net/tcp', '/proc/net/tcp6'].map((file) => readFileSync(file, 'utf8')).join('')
  const found = parseListeners('shop/web', text)
  expect(listening.length).toBeGreaterThan(1)
  for (const [address, port] of listening) expect(found).toContainEqual({ pod: 'shop/web', address, port })

  // The same through the command: each port of the Service leads to one of them.
  const ports = listening.map(([, port]) => ({ name: `http-${port}`, port, targetPort: port }))
  const server = await cluster(pod('web'))
  server.put({ ...service, spec: { selector: { app: 'web' }, ports } })
  servePods(server, { exec: () => text })
  const { found: told } = await precheck(server)
  const local = listening.filter(([address]) => /127|::1/.test(address))
  expect(told.map((one) => Number(/port (\d+)/.exec(one)?.[1])).sort()).toEqual(local.map(([, port]) => port).sort())
})
