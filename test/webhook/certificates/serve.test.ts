import { beforeAll, expect, test, vi } from 'vitest'
import { kinds } from '../../../src/cluster/kinds.ts'
import { bundle, type Running, start } from '../../cli/bundle.ts'
import { folder, outrigger } from '../../cli/support.ts'
import type { ApiServer } from '../../support/api-server.ts'
import { waitFor } from '../../support/wait.ts'
import { apiServer, bundles, configuration, fileOf, handshake, holdsJust, namespace, secretOf } from './support.ts'

let main: string
beforeAll(async () => {
  main = await bundle()
})

const own = 'istio-sidecar-injector'
const anyPorts = ['--port', '0', '--monitoring-port', '0', '--host', '127.0.0.1', '--drain-delay', '100ms']

/** As in a pod of the chart; KUBERNETES_SERVICE_HOST makes `managed` the default. */
const inPod = { KUBERNETES_SERVICE_HOST: '127.0.0.1', POD_NAMESPACE: namespace }

function serve(api: ApiServer, ...args: readonly string[]): Running {
  for (const [name, value] of Object.entries(inPod)) vi.stubEnv(name, value)
  const running = start(main, ['serve', ...anyPorts, '--kubeconfig', api.kubeconfig, ...args], folder({}))
  vi.unstubAllEnvs()
  return running
}

async function started(running: Running) {
  const [line] = await running.says(/^.*"msg":"serving".*$/m)
  const { webhookPort, monitoringPort, certificate } = JSON.parse(line)
  const get = async (path: string) => (await fetch(`http://127.0.0.1:${monitoringPort}${path}`)).text()
  return { webhookPort, certificate, get }
}

test('manages the certificate in a pod, and is ready once the caBundle contains the CA', async () => {
  const api = await apiServer()
  api.put(configuration(own), 'helm')
  const running = serve(api)
  const { webhookPort, certificate, get } = await started(running)
  await waitFor(async () => JSON.parse(await get('/healthz/ready')).conditions.caBundle === 'ok')
  expect(holdsJust(api, own, fileOf(api, 'ca.crt'))).toBe(true)
  await handshake(webhookPort, bundles(api, own)[0] ?? '')
  expect(certificate.from).toBe('Secret istio-system/outrigger-ca')
  const metrics = await get('/metrics')
  const left = Number(/^outrigger_ca_certificate_expiry_seconds (\S+)$/m.exec(metrics)?.[1])
  expect(left / 86_400).toBeCloseTo(3650, 0)
  expect(metrics).toMatch(/^outrigger_ca_bundle_checks_total\{result="patched"\} 1$/m)
  running.child.kill('SIGTERM')
  expect(await running.ended).toMatchObject({ code: 0 })
  expect(secretOf(api)).toBeDefined()
})

test('reports the chart value that allows a forbidden write, and serves nevertheless', async () => {
  const api = await apiServer()
  api.put(configuration(own), 'helm')
  api.put(configuration('istio-revision-tag-prod', { 'istio.io/tag': 'prod' }), 'tag')
  for (let time = 0; time < 9; time++) api.faults.next.push({ status: 403, path: /tag-prod\?fieldManager/ })
  const running = serve(api, '--service-name', 'outrigger')
  const { get } = await started(running)
  await running.says(
    /"level":"error".*"configuration":"istio-revision-tag-prod".*add the tag to the chart's externalTags/,
  )
  await waitFor(async () => JSON.parse(await get('/healthz/ready')).ready)
})

test('leaves the caBundle alone with --no-manage-ca-bundle', async () => {
  const api = await apiServer()
  api.put(configuration(own), 'helm')
  const { get } = await started(serve(api, '--no-manage-ca-bundle', '--ca-secret', 'mine'))
  await waitFor(async () => JSON.parse(await get('/healthz/ready')).ready)
  expect(secretOf(api, 'mine')).toBeDefined()
  expect(bundles(api, own)).toEqual(['', ''])
  expect(api.requests.some(({ path }) => path.includes(kinds.mutatingWebhookConfiguration.plural))).toBe(false)
})

test('stops waiting for an unreadable CA on a signal or after the start-up timeout', async () => {
  const api = await apiServer()
  for (let time = 0; time < 500; time++) api.faults.next.push({ status: 403, path: /secrets/ })
  const waiting = serve(api)
  await waiting.says('could not check or renew the CA of the webhook')
  waiting.child.kill('SIGTERM')
  expect(await waiting.ended).toMatchObject({ code: 0 })
  // In this process, where the rest of the start-up takes hardly any time.
  const impatient = ['--kubeconfig', api.kubeconfig, '--startup-timeout', '3s', '--log-level', 'error']
  const { code, stderr } = await outrigger(['serve', ...anyPorts, ...impatient], '', { env: inPod })
  expect(code).toBe(2)
  expect(stderr).toMatch(/no certificate after \S+ s: .*allow `get` on it, or use --tls files/)
})

test('rejects --tls managed without a cluster', async () => {
  const { code, stderr } = await outrigger(['serve', ...anyPorts, '--tls', 'managed'])
  expect(code).toBe(2)
  expect(stderr).toContain(
    '--tls managed stores its CA in a cluster: pass --kubeconfig, or use --tls dev or --tls files',
  )
})
