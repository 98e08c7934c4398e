import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Kind, kinds } from '../../src/cluster/kinds.ts'
import { defaultValues } from '../../src/config/defaults.ts'
import { isObject, type JsonObject, lookup, lookupString } from '../../src/lang/json.ts'
import { mergeValues } from '../../src/lang/json-data.ts'
import { type ApiServer, startApiServer } from '../support/api-server.ts'
import { bundle, type Running, root, start } from './bundle.ts'
import { folder, outrigger } from './support.ts'

let main: string
let server: ApiServer
beforeAll(async () => {
  main = await bundle()
})
beforeEach(async () => {
  server = await startApiServer()
})
afterEach(() => server.close())

const anyPorts = ['--port', '0', '--monitoring-port', '0', '--host', '127.0.0.1', '--drain-delay', '100ms']

function serve(...args: readonly string[]): Running {
  const cluster = ['--kubeconfig', server.kubeconfig, '--tls', 'dev']
  return start(main, ['serve', ...anyPorts, ...cluster, ...args], folder({}))
}

/** A start that takes no longer than two seconds, in this process: one of its own may take that long to begin. */
function impatient(...args: readonly string[]) {
  const cluster = ['--kubeconfig', server.kubeconfig, '--tls', 'dev', '--startup-timeout', '2s', '--log-level', 'error']
  return outrigger(['serve', ...anyPorts, ...cluster, ...args])
}

interface Place {
  readonly webhook: number
  readonly monitoring: number
}

async function serving(running: Running): Promise<Place> {
  const { webhookPort, monitoringPort } = JSON.parse((await running.says(/^.*"msg":"serving".*$/m))[0])
  return { webhook: webhookPort, monitoring: monitoringPort }
}

const review = JSON.parse(readFileSync(join(root, 'examples/pod-review.json'), 'utf8'))

/** What the webhook would add to the example pod, created in a namespace. */
async function patch({ webhook }: Place, namespace = 'shop'): Promise<string> {
  const { request } = review
  const { metadata, ...object } = request.object
  const body = JSON.stringify({
    ...review,
    request: { ...request, namespace, object: { ...object, metadata: { ...metadata, namespace } } },
  })
  const { Agent, request: ask } = await import('node:https')
  const answer = await new Promise<string>((done, fail) => {
    const options = { method: 'POST', agent: new Agent({ rejectUnauthorized: false }), headers: json }
    const sent = ask(`https://127.0.0.1:${webhook}/inject`, options, (response) => {
      let text = ''
      response.on('data', (chunk) => (text += chunk)).on('end', () => done(text))
    })
    sent.on('error', fail).end(body)
  })
  return Buffer.from(JSON.parse(answer).response.patch, 'base64').toString()
}

const json = { 'content-type': 'application/json' }

async function monitoring({ monitoring }: Place, path: string): Promise<string> {
  return (await fetch(`http://127.0.0.1:${monitoring}${path}`)).text()
}

/** On a busy machine the event loop may be late, for which a server isn't ready for a while. */
async function ready(place: Place): Promise<void> {
  await expect.poll(() => monitoring(place, '/healthz/ready')).toContain('"ready":true')
}

function put(kind: Kind, name: string, more: JsonObject, namespace?: string): void {
  const { metadata, ...rest } = more
  const all = { name, ...(namespace && { namespace }), ...(isObject(metadata) ? metadata : {}) }
  server.put({ apiVersion: kind.apiVersion, kind: kind.kind, metadata: all, ...rest })
}

const values = (tag: string) =>
  JSON.stringify(mergeValues(defaultValues, { global: { hub: 'registry.example.com', tag } }))

function istio(tag: string, config = 'policy: enabled\n'): void {
  put(kinds.configMap, 'istio-sidecar-injector', { data: { config, values: values(tag) } }, 'istio-system')
  put(kinds.configMap, 'istio', { data: { mesh: 'rootNamespace: istio-system\n' } }, 'istio-system')
}

const events = () => server.objects(kinds.event).map((event) => [event['type'], event['reason'], event['count']])

test("Istio's ConfigMaps serve, followed: a change at once, a broken one never", async () => {
  istio('1')
  const running = serve('--from-cluster')
  const place = await serving(running)
  expect(await patch(place)).toContain('registry.example.com/proxyv2:1')

  istio('2')
  await expect.poll(() => patch(place)).toContain('registry.example.com/proxyv2:2')

  istio('3', 'policy: [maybe]\n')
  await running.says('configuration not reloaded, the last valid one is still served')
  expect(await patch(place)).toContain('registry.example.com/proxyv2:2')
  expect(await monitoring(place, '/metrics')).toContain('outrigger_config_reloads_total{result="error"} 1\n')
  await ready(place)
  await expect.poll(events).toEqual([['Warning', 'ConfigurationRejected', 1]])
  expect(server.objects(kinds.event)[0]).toMatchObject({
    involvedObject: { kind: 'ConfigMap', name: 'istio-sidecar-injector', namespace: 'istio-system' },
    message: expect.stringContaining('ConfigMap istio-system/istio-sidecar-injector, key config:1:1: policy: '),
  })

  istio('4')
  await expect.poll(() => patch(place)).toContain('registry.example.com/proxyv2:4')
  await expect.poll(events).toContainEqual(['Normal', 'ConfigurationLoaded', 1])
  server.remove(kinds.configMap, 'istio', 'istio-system')
  await running.says('ConfigMap istio-system/istio: not found')
  expect(await patch(place)).toContain('registry.example.com/proxyv2:4')
  running.child.kill('SIGTERM')
  expect((await running.ended).code).toBe(0)
})

test('pods are injected by what is known of the cluster, with or without its API server', async () => {
  put(kinds.node, 'old', { status: { nodeInfo: { kubeletVersion: 'v1.27.1' } } })
  put(kinds.proxyConfig, 'two', { spec: { environmentVariables: { COLOUR: 'green' } } }, 'shop')
  const running = serve()
  const place = await serving(running)
  expect(await patch(place)).toContain('"COLOUR","value":"green"')
  expect(await patch(place, 'other')).not.toContain('COLOUR')
  const native = '"restartPolicy":"Always"'
  expect(await patch(place)).not.toContain(native)
  put(kinds.node, 'old', { status: { nodeInfo: { kubeletVersion: 'v1.34.0' } } })
  await expect.poll(() => patch(place)).toContain(native)
  const synced = (text: string) =>
    [...text.matchAll(/^outrigger_informer_synced\{kind="(\w+)"\} (\d)$/gm)].map(([, ...is]) => is)
  const all = [
    ['Namespace', '1'],
    ['ProxyConfig', '1'],
    ['Node', '1'],
  ]
  expect(synced(await monitoring(place, '/metrics'))).toEqual(all)

  await server.stop()
  await running.says('the API server is unavailable')
  expect(await patch(place)).toContain('"COLOUR","value":"green"')
  await ready(place)
  await expect.poll(async () => synced(await monitoring(place, '/metrics'))).toEqual(all.map(([kind]) => [kind, '0']))
  expect(await monitoring(place, '/metrics')).toMatch(/^outrigger_informer_watch_failures_total\{kind="Node"\} \d+$/m)

  await server.start()
  put(kinds.proxyConfig, 'two', { spec: { environmentVariables: { COLOUR: 'red' } } }, 'shop')
  await running.says('the API server is available again')
  await expect.poll(() => patch(place)).toContain('"COLOUR","value":"red"')
  await expect.poll(async () => synced(await monitoring(place, '/metrics'))).toEqual(all)
  expect(running.output().match(/the API server is unavailable/g)).toHaveLength(1)
  running.child.kill('SIGTERM')
  expect((await running.ended).code).toBe(0)
})

test('a start waits for ConfigMaps, and a signal ends the waiting', async () => {
  const running = serve('--from-cluster')
  const other = serve('--config', 'configmap:istio-system/none')
  await running.says('waiting for the configuration')
  istio('1')
  expect(await patch(await serving(running))).toContain('registry.example.com/proxyv2:1')
  await other.says('waiting for the configuration')
  other.child.kill('SIGTERM')
  expect(await other.ended).toMatchObject({ code: 0, output: expect.stringContaining('stopped during startup') })
})

test.each([
  ['a ConfigMap that does not come', ['--from-cluster'], 'ConfigMap istio-system/istio: not found'],
  ['a kind that may not be read', [], 'the cluster at URL could not be read in time: Namespace (Namespace: '],
])('%s ends the start, with a sentence', async (_, args, sentence) => {
  put(kinds.configMap, 'istio-sidecar-injector', { data: { config: '{}', values: values('1') } }, 'istio-system')
  for (let times = 0; times < 50; times++) server.faults.next.push({ status: 403, path: /\/namespaces\?/ })
  const { code, stderr } = await impatient(...args)
  expect(code).toBe(2)
  expect(stderr.split('outrigger: ').at(-1)).toContain(sentence.replace('URL', server.url))
  expect(stderr).not.toMatch(/^ +at /m)
})

test('an API server that is away ends the start when the time is over', async () => {
  await server.stop()
  const { code, stderr } = await impatient('--from-cluster')
  expect(code).toBe(2)
  expect(stderr).toMatch(new RegExp(`outrigger: the configuration has a fault:\n  - the cluster: .*${server.url}.+\n$`))
})

test('a broken ConfigMap ends the start at once, with all its faults', async () => {
  istio('1', 'policy: [maybe]\ntemplates: {sidecar: "{{ if }}"}\n')
  const { code, output } = await serve('--from-cluster', '--startup-timeout', '60m').ended
  expect(code).toBe(2)
  expect(output).toContain('key config:1:1: policy: ')
  expect(output).toContain('templates.sidecar')
})

test.each([
  ['a context that is not there', ['--context', 'other'], 'other'],
  ['a kubeconfig and no cluster', ['--cluster', 'off'], '--cluster off conflicts with --kubeconfig and --context'],
  ['a time that is none', ['--startup-timeout', 'long'], '--startup-timeout long'],
  ['a ConfigMap that can not be', ['--config', 'configmap:A'], '--config: "configmap:A" does not name a ConfigMap'],
])('%s is a sentence and exit code 2', async (_, args, sentence) => {
  const { code, stderr } = await outrigger([
    'serve',
    ...anyPorts,
    '--kubeconfig',
    server.kubeconfig,
    '--tls',
    'dev',
    ...args,
  ])
  expect(code).toBe(2)
  expect(stderr).toContain(sentence)
  expect(stderr).not.toMatch(/^ +at /m)
})

test('what only a cluster has is read by other commands, too', async () => {
  istio('5')
  const args = [join(root, 'examples/pod-review.json'), '--from-cluster', '--kubeconfig', server.kubeconfig]
  const { code, stdout } = await outrigger(['review', ...args])
  expect(code).toBe(0)
  const encoded = lookupString(JSON.parse(stdout), 'response', 'patch')
  expect(Buffer.from(encoded, 'base64').toString()).toContain('registry.example.com/proxyv2:5')
  expect(lookup(server.requests[0]?.body)).toBeUndefined()
  expect(server.watches()).toEqual([])
  await server.stop()
  const away = await outrigger(['review', ...args])
  expect([away.code, away.stderr.split('\n').length]).toEqual([2, 3])
})

test('without a cluster nothing that reaches one is loaded', () => {
  const seen = new Set<string>()
  const visit = (file: string) => {
    if (seen.has(file)) return
    seen.add(file)
    const text = readFileSync(file, 'utf8')
    for (const [, from = ''] of text.matchAll(/^(?:import|export)\s+(?!type\s)(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm)) {
      if (from.startsWith('@kubernetes')) seen.add(from)
      if (from.startsWith('.') && from.endsWith('.ts')) visit(resolve(dirname(file), from))
    }
  }
  for (const entry of ['main.ts', 'cli/serve/run.ts', 'cli/review/run.ts', 'cli/inject/run.ts'])
    visit(join(root, 'src', entry))
  expect(seen.size).toBeGreaterThan(100)
  expect([...seen].filter((file) => file.startsWith('@kubernetes') || file.endsWith('kube/connect.ts'))).toEqual([])
})
