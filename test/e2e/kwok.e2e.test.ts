import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { connectExec } from '../../src/cluster/exec.ts'
import { kinds } from '../../src/cluster/kinds.ts'
import { connectPortForward } from '../../src/cluster/port-forward.ts'
import type { JsonObject } from '../../src/lang/json.ts'
import { lookup, lookupString } from '../../src/lang/json.ts'
import { startConnectProxy } from '../support/connect-proxy.ts'
import { findAssets } from './support/assets.ts'
import { type Cluster, itemsOf, openCluster, pathOf } from './support/cluster.ts'
import { type ControlPlane, startControlPlane } from './support/control-plane.ts'
import { type Installation, install } from './support/installation.ts'
import { type Kwok, startKwok } from './support/kwok.ts'
import { namespaceMaker } from './support/namespaces.ts'
import { run } from './support/program.ts'
import { waitFor } from './support/wait.ts'

/* exec and port-forward at servers that aren't ours: a real API server, and kwok as the kubelet. */

let controlPlane: ControlPlane
let cluster: Cluster
let installation: Installation
let kwok: Kwok
/** Takes what it gets, in capital letters. */
const echo = createServer((socket) => void socket.on('data', (data) => socket.write(data.toString().toUpperCase())))
const echoPort = 7
const namespace = 'kwok'

beforeAll(async () => {
  controlPlane = await startControlPlane(findAssets(), ['endpointslice-controller'])
  cluster = openCluster(controlPlane.access)
  await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve))
  installation = await install(cluster, { release: 'outrigger', namespace: 'istio-system', replicas: 1 })
  const [replica] = installation.replicas
  kwok = await startKwok(cluster, { ports: { 15017: replica?.port ?? 0, [echoPort]: portOf(echo) } })
  await namespaceMaker(cluster)({ [namespace]: {} })
  await cluster.create(kinds.pod, pod('web'))
  await running('web')
}, 900_000)

afterAll(async () => {
  echo.close()
  await kwok?.stop()
  await installation?.uninstall()
  cluster?.close()
  await controlPlane?.stop()
})

function portOf(server: typeof echo): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** As injected: with a proxy, on kwok's node. */
function pod(name: string): JsonObject {
  const containers = ['app', 'istio-proxy'].map((one) => ({ name: one, image: `${one}:1` }))
  const metadata = { name, namespace, labels: { app: name }, annotations: { 'sidecar.istio.io/status': '{}' } }
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { nodeName: kwok.node, containers } }
}

function running(name: string): Promise<boolean> {
  return waitFor(`the pod ${name} runs`, async () => {
    const found = await cluster.get(pathOf(kinds.pod, namespace, name))
    return lookupString(found, 'status', 'phase') === 'Running'
  })
}

const options = () => ({ kubeconfig: cluster.access.kubeconfig, env: {} })
const target = { namespace, pod: 'web', container: 'app' }

async function outrigger(...args: readonly string[]) {
  return run(process.execPath, [inject('outrigger'), ...args, '--kubeconfig', cluster.access.kubeconfig])
}

test('exec: outputs, however long, and how a command ended', async () => {
  const exec = connectExec(options())
  const script = 'echo out; echo err >&2; exit 3'
  expect(await exec(target, ['sh', '-c', script], 20_000)).toEqual({
    stdout: 'out\n',
    stderr: 'err\n',
    failure: expect.stringContaining('3'),
  })
  const long = await exec(target, ['head', '-c', '5000000', '/dev/zero'], 60_000)
  expect([long.stdout.length, long.failure]).toEqual([5_000_000, undefined])
  expect((await exec(target, ['no-such-program'], 20_000)).failure).toMatch(/no-such-program/)
  await expect(exec({ ...target, pod: 'nobody' }, ['true'], 20_000)).rejects.toMatchObject({ status: 404 })
  await expect(exec(target, ['sleep', '60'], 1000)).rejects.toThrow('took longer than 1 s')
})

test('port-forward: data in both directions, and a port that nobody listens on', async () => {
  const forward = connectPortForward(options())
  const connection = await forward({ ...target, port: echoPort }, 20_000)
  const text = 'x'.repeat(300_000)
  connection.write(text)
  let received = ''
  for await (const chunk of connection) {
    received += String(chunk)
    if (received.length >= text.length) break
  }
  expect(received).toBe(text.toUpperCase())
  const refused = async () => {
    const broken = await forward({ ...target, port: 8 }, 20_000)
    await new Promise((_, reject) => broken.on('error', reject).resume())
  }
  await expect(refused()).rejects.toThrow(/^cannot connect to port 8 of pod kwok\/web: ./)
})

test('precheck reads the listeners of a pod', async () => {
  const [local, everywhere] = [createServer(), createServer()]
  await new Promise<void>((resolve) => local.listen(0, '127.0.0.1', resolve))
  await new Promise<void>((resolve) => everywhere.listen(0, '0.0.0.0', resolve))
  const ports = [local, everywhere].map((server, index) => ({
    name: `tcp-${index}`,
    port: index + 1,
    targetPort: portOf(server),
  }))
  const spec = { selector: { app: 'web' }, ports }
  await cluster.create(kinds.service, { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace }, spec })
  const { stdout, stderr } = await outrigger('precheck', '-n', namespace, '-o', 'json')
  for (const server of [local, everywhere]) server.close()
  const { findings } = JSON.parse(stdout) as { readonly findings: readonly Readonly<Record<string, unknown>>[] }
  const found = findings.filter(({ code }) => code === 'IST0143')
  expect(stderr).toBe('')
  expect(found).toHaveLength(1)
  expect(JSON.stringify(found)).toContain(String(portOf(local)))
})

test('doctor verifies the certificate of an injector by port forwarding', async () => {
  const service = pathOf(kinds.service, 'istio-system', installation.serviceName)
  await cluster.patch(service, { spec: { type: 'ClusterIP', externalName: null } })
  const [deployment] = itemsOf((await cluster.send('GET', pathOf(kinds.deployment, 'istio-system'))).body)
  const path = pathOf(kinds.deployment, 'istio-system', lookupString(deployment, 'metadata', 'name'))
  await cluster.patch(path, { spec: { template: { spec: { nodeName: kwok.node } } } })
  await waitFor('the injector has an endpoint', async () => {
    const slices = await cluster.send('GET', '/apis/discovery.k8s.io/v1/namespaces/istio-system/endpointslices')
    return itemsOf(slices.body).some((slice) =>
      JSON.stringify(lookup(slice, 'endpoints') ?? []).includes('"ready":true'),
    )
  })
  const { stdout } = await outrigger('doctor', '-o', 'json')
  const { checks } = JSON.parse(stdout) as { readonly checks: readonly { readonly [key: string]: string }[] }
  const [certificate] = checks.filter(({ check }) => check === 'certificate')
  expect(certificate).toMatchObject({ status: 'ok' })
  expect(certificate?.['message']).toMatch(
    /^pod istio-system\/outrigger-.* serves a certificate that the caBundle verifies/,
  )
})

test('exec and port-forward through a proxy', async () => {
  const proxy = await startConnectProxy({ credentials: 'me:secret' })
  const { stdout } = await cluster.kubectl(['config', 'view', '--raw', '-o', 'json'])
  const config = JSON.parse(stdout)
  config.clusters[0].cluster['proxy-url'] = `http://me:secret@${proxy.address}`
  const kubeconfig = `${cluster.access.folder}/through-proxy`
  writeFileSync(kubeconfig, JSON.stringify(config))
  const through = { kubeconfig, env: {} }
  expect((await connectExec(through)(target, ['echo', 'printed'], 20_000)).stdout).toBe('printed\n')
  const connection = await connectPortForward(through)({ ...target, port: echoPort }, 20_000)
  connection.write('hello')
  const [first] = await connection.take(1).toArray()
  expect(String(first)).toBe('HELLO')
  connection.destroy()
  const { host } = new URL(cluster.access.url)
  expect(proxy.connects).toEqual([host, host])
})
