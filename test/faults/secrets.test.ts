import { rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { kinds } from '../../src/cluster/kinds.ts'
import { defaultValues } from '../../src/config/defaults.ts'
import type { JsonObject } from '../../src/lang/json.ts'
import { mergeValues } from '../../src/lang/json-data.ts'
import { writeYaml } from '../../src/lang/yaml/write.ts'
import { makeCa, makeLeaf } from '../../src/webhook/certificates/make.ts'
import { bundle, start } from '../cli/bundle.ts'
import { folder } from '../cli/support.ts'
import { startApiServer } from '../support/api-server.ts'
import { waitFor } from '../support/wait.ts'
import { serverProcess } from './process.ts'
import { reviewOf } from './support.ts'

let main: string
beforeAll(async () => {
  main = await bundle()
})

/** The prefix of everything secret in these tests. */
const planted = 'planted'
const token = `${planted}-bearer-token`

const values = (more: JsonObject = {}) => writeYaml(mergeValues(defaultValues, { global: { tag: '1', ...more } }))
const mesh = `defaultConfig:\n  tracing:\n    lightstep: {address: "a:1", accessToken: ${planted}-access-token}\n`

const pods = (name: string, annotations: Record<string, string>, more: object = {}) =>
  reviewOf({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, annotations },
    spec: {
      containers: [
        {
          name: 'app',
          image: 'app:1',
          env: [{ name: 'PASSWORD', value: `${planted}-variable` }],
          args: [`--token=${planted}-argument`],
          ...more,
        },
      ],
    },
  })

const lightstep = (token: string) => `tracing: {lightstep: {address: "a:1", accessToken: ${token}}}`

/** Reviews that succeed, and reviews that fail in every way; no message may quote a value that isn't at fault. */
const bodies: readonly string[] = [
  pods('good', { 'proxy.istio.io/config': lightstep(`${planted}-annotation-token`) }),
  pods('skipped', { 'sidecar.istio.io/inject': 'false' }),
  pods('denied', { 'sidecar.istio.io/proxyCPU': 'much' }),
  pods('bad-pod', {}, { env: [{ name: 'PASSWORD', value: [`${planted}-list`] }] }),
  pods('no-key', {}, { env: [{ value: `${planted}-nameless` }] }),
  pods('bad-config', { 'proxy.istio.io/config': `${lightstep(`${planted}-beside-a-fault`)}\nconcurrency: many` }),
  pods('broken-config', { 'proxy.istio.io/config': `tracing: {lightstep: {accessToken: ${planted}-in-broken-yaml` }),
  pods('wrong-type', { 'proxy.istio.io/config': lightstep(`[${planted}-list-token]`) }),
  pods('unknown-field', { 'proxy.istio.io/config': `tracing: {lightstep: {accessTokn: ${planted}-misspelt}}` }),
  pods('overrides', { 'proxy.istio.io/overrides': `{"containers": [{"env": "${planted}-override"` }),
  `{"kind": "AdmissionReview", "secret": "${planted}-broken-json"`,
  `["${planted}-no-review"]`,
]

test('leaks no secret into logs, metrics, pages, Events or messages', async () => {
  const api = await startApiServer({ token })
  onTestFinished(() => api.close())
  api.put({
    ...kinds.secret,
    metadata: { name: 'other', namespace: 'istio-system' },
    data: { password: btoa(`${planted}-secret-data`) },
  })
  const tracing = { lightstep: { address: 'a:1', accessToken: [`${planted}-of-a-resource`] } }
  api.put({ ...kinds.proxyConfig, metadata: { name: 'bad', namespace: 'shop' }, spec: { tracing } })

  const ca = await makeCa('Planted', new Date(), 2)
  const leaf = await makeLeaf(['localhost', '127.0.0.1'], ca, new Date(), 2)
  const cwd = folder({
    'values.yaml': values(),
    'mesh.yaml': mesh,
    'tls.crt': leaf.certificate,
    'tls.key': leaf.key,
    kubeconfig: JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'a',
      clusters: [{ name: 'a', cluster: { server: api.url, 'insecure-skip-tls-verify': true } }],
      users: [{ name: 'a', user: { token } }],
      contexts: [{ name: 'a', context: { cluster: 'a', user: 'a', namespace: 'istio-system' } }],
    }),
  })
  const args = ['--host', '127.0.0.1', '--port', '0', '--monitoring-port', '0', '--drain-delay', '0']
  const tls = ['--tls-cert', 'tls.crt', '--tls-key', 'tls.key']
  const documents = ['--values', 'values.yaml', '--mesh', 'mesh.yaml', '--kubeconfig', 'kubeconfig']
  const running = start(main, ['serve', ...args, ...tls, ...documents, '--log-level', 'debug'], cwd)
  const { webhookPort, monitoringPort } = JSON.parse((await running.says(/^\{.*"msg":"serving".*$/m))[0])
  const server = serverProcess(running, webhookPort, monitoringPort, cwd, ca.certificate)

  const messages: string[] = []
  const review = async () => {
    for (const body of bodies) {
      const { status, text } = await server.post(body)
      const { response } = status === 200 ? JSON.parse(text) : { response: { status: text } }
      // The patch is the pod itself, and goes to the API server alone.
      messages.push(JSON.stringify({ ...response, patch: undefined }))
    }
  }
  await review()
  writeFileSync(join(cwd, 'values.yaml'), values({ hub: [`${planted}-hub`], tag: { token: `${planted}-tag` } }))
  await running.says('configuration not reloaded, the last valid one is still served')
  writeFileSync(join(cwd, 'mesh.yaml'), `${mesh}  concurrency: many\n  broken: [\n`)
  writeFileSync(join(cwd, 'tls.key'), leaf.key.replace(/[A-M]/g, 'a'))
  await running.says('mesh.yaml:6:1: ')
  await running.says('the key is not a PEM private key')
  rmSync(join(cwd, 'tls.crt'))
  await running.says('tls.crt cannot be read')
  for (let times = 0; times < 6; times++) api.faults.next.push({ status: times % 2 === 0 ? 401 : 500 })
  api.reset()
  connect(webhookPort, '127.0.0.1')
    .on('error', () => {})
    .end(`${planted}-instead-of-tls\r\n\r\n`)
  await running.says('TLS handshake failed')
  await waitFor(() => api.faults.next.length === 0)
  await review()
  const pages = await Promise.all(
    ['/metrics', '/debug/config', '/healthz/ready', '/'].map((path) => server.monitoring(path)),
  )
  running.child.kill('SIGTERM')
  const { output, code } = await running.ended
  expect(code).toBe(0)

  const written = JSON.stringify([
    api.objects(kinds.event),
    ...api.requests.map(({ method, path, body }) => [method, path, body]),
  ])
  const places = { output, messages: messages.join('\n'), pages: pages.join('\n'), written }
  // The absence of secrets means something only if every review was really processed.
  expect(messages).toHaveLength(2 * bodies.length)
  expect(messages.filter((text) => text.includes('"allowed":true')).length).toBeGreaterThan(3)
  const keyLines = leaf.key.split('\n').filter((line) => line.length > 40)
  for (const [place, text] of Object.entries(places)) {
    const found = text
      .split('\n')
      .filter((line) => line.includes(planted) || keyLines.some((key) => line.includes(key)))
    expect([place, found]).toEqual([place, []])
  }
})
