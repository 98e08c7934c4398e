import { expect, test } from 'vitest'
import type { Story } from '../../../src/explain/story/story.ts'
import { only, scene } from './support.ts'

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata:
      labels: {app: web}
      annotations:
        traffic.sidecar.istio.io/excludeInboundPorts: "9090"
        traffic.sidecar.istio.io/excludeOutboundPorts: "3306"
        sidecar.istio.io/proxyCPU: 250m
        sidecar.istio.io/logLevl: debug
        sidecar.istio.io/interceptionMode: REDIRECT
        proxy.istio.io/config: |
          proxyMetadata: {MODE: fast}
          holdApplicationUntilProxyStarts: true
    spec:
      containers:
      - name: web
        image: web:1
        ports: [{name: http, containerPort: 8080}, {containerPort: 9090}]
        readinessProbe: {httpGet: {path: /ready, port: http}}
        livenessProbe: {exec: {command: [check]}}
`
const mesh = 'defaultConfig: {proxyMetadata: {MODE: slow}, holdApplicationUntilProxyStarts: false}\n'
const files = { 'web.yaml': deployment, 'mesh.yaml': mesh }
const line = 'web.yaml --mesh mesh.yaml'

/** The lines of a section of the text, each with what it was broken into. */
async function section(heading: string): Promise<readonly string[]> {
  const { stdout } = await scene(files).run(line)
  const [, rest = ''] = stdout.split(`\n\n${heading}\n`)
  const [text = ''] = rest.split('\n\n')
  return text
    .replaceAll(/\n {4,}/g, ' ')
    .split('\n')
    .map((one) => one.trim())
}

test('why is this port excluded?', async () => {
  expect(await section('Ports')).toEqual(
    expect.arrayContaining([
      'inbound 8080 (web): captured, all inbound ports are captured, by values global.proxy.includeInboundPorts',
      'inbound 9090 (web): not captured, excluded, by annotation traffic.sidecar.istio.io/excludeInboundPorts',
      'outbound 3306: not captured, excluded, by annotation traffic.sidecar.istio.io/excludeOutboundPorts',
    ]),
  )
  const { ports } = await only(scene(files).ask(line))
  expect(ports.find(({ port }) => port === 9090)).toEqual({
    port: 9090,
    direction: 'inbound',
    captured: false,
    container: 'web',
    why: 'excluded',
    from: [{ kind: 'annotation', name: 'traffic.sidecar.istio.io/excludeInboundPorts', value: '9090' }],
  })
})

test('why has my annotation no effect?', async () => {
  const told = await section('Annotations without effect')
  expect(told).toHaveLength(2)
  expect(told[0]).toBe('sidecar.istio.io/logLevl: unknown; did you mean sidecar.istio.io/logLevel?')
  expect(told[1]).toMatch(/^sidecar\.istio\.io\/interceptionMode: it sets the value that would apply anyway/)
})

test('where does this environment variable come from?', async () => {
  const { fields } = await only(scene(files).ask(line))
  const mode = fields.find(({ path }) => path.endsWith('/env/MODE/value'))
  expect(mode).toMatchObject({
    value: 'fast',
    by: { kind: 'template', template: 'sidecar' },
    from: [{ kind: 'annotation', name: 'proxy.istio.io/config', field: 'proxyMetadata.MODE' }],
    lost: [{ kind: 'mesh', name: 'defaultConfig.proxyMetadata.MODE', value: 'slow' }],
  })
  const { stdout } = await scene(files).run(line)
  expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(
    /env MODE: shared:\d+, from annotation proxy\.istio\.io\/config \(proxyMetadata\.MODE\) over mesh defaultConfig\.proxyMetadata\.MODE = slow/,
  )
})

test('which setting took effect, and what lost to it?', async () => {
  const told = (await section('Settings')).join('\n')
  expect(told).toContain(
    'holdApplicationUntilProxyStarts = true, from annotation proxy.istio.io/config (holdApplicationUntilProxyStarts) over mesh defaultConfig.holdApplicationUntilProxyStarts = false',
  )
  expect(told).toContain('sidecar.istio.io/proxyCPU = 250m over values global.proxy.resources')
})

test('how was each probe rewritten?', async () => {
  expect(await section('Probes')).toEqual([
    'readinessProbe of web: http port http /ready -> http port 15020 /app-health/web/readyz',
    'livenessProbe of web: exec, unchanged commands run in the container itself',
  ])
})

test('the text fits 80 columns, and is plain in a pipe', async () => {
  const { stdout } = await scene(files).run(line)
  const long = stdout.split('\n').filter((one) => one.length > 80 && !/^\s+(\$|\S+$)/.test(one))
  expect(long).toEqual([])
  expect(stdout).not.toContain('\u001b')
})

test('all answers of a file, and the names of the fields that -o json has', async () => {
  const two = `${deployment}---\n${deployment.replace('name: web,', 'name: other,').replace('labels: {app: web}', 'labels: {sidecar.istio.io/inject: "false"}')}`
  const stories = await scene({ 'web.yaml': two }).ask('web.yaml')
  expect(stories.map(({ pod, injected }) => [pod.workload, injected])).toEqual([
    ['Deployment/web', true],
    ['Deployment/other', false],
  ])
  const names: Record<keyof Story, true> = {
    pod: true,
    injected: true,
    summary: true,
    assumed: true,
    notes: true,
    webhooks: true,
    problems: true,
    decision: true,
    fields: true,
    removed: true,
    settings: true,
    probes: true,
    ports: true,
    ignored: true,
    running: true,
    changes: true,
  }
  for (const story of stories) expect(Object.keys(story).sort()).toEqual(Object.keys(names).sort())
})

test('a pod asks by an annotation where no webhook hears it', async () => {
  const asking = deployment.replace(
    'traffic.sidecar.istio.io/excludeInboundPorts: "9090"',
    'sidecar.istio.io/inject: "true"',
  )
  const namespace = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n---\n'
  const { notes, injected } = await only(scene({ 'web.yaml': namespace + asking }).ask('web.yaml'))
  expect(injected).toBe(false)
  expect(notes).toEqual([
    'the annotation sidecar.istio.io/inject does not select the pod for injection: webhooks select pods by labels',
  ])
})

test('labels of a CronJob that no pod gets', async () => {
  const cronJob = `apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly, namespace: shop}
spec:
  schedule: "0 3 * * *"
  jobTemplate:
    metadata: {labels: {sidecar.istio.io/inject: "false"}}
    spec: {template: {spec: {containers: [{name: job, image: job:1}]}}}
`
  const { injected, notes, changes } = await only(scene({ 'job.yaml': cronJob }).ask('job.yaml'))
  expect([injected, notes.length]).toEqual([true, 1])
  expect(changes[0]?.lines[0]?.path?.slice(0, 5)).toEqual(['spec', 'jobTemplate', 'spec', 'template', 'metadata'])
})

test('a fault of a template is no decision: the failurePolicy is', async () => {
  const config = `defaultTemplates: [own]
templates:
  own: |
    metadata:
      labels:
        a: {{ if index .ObjectMeta.Annotations "boom" }}{{ fail "no such thing" }}{{ end }}b
`
  const pod =
    'apiVersion: v1\nkind: Pod\nmetadata: {name: web, annotations: {boom: x}}\nspec: {containers: [{name: web}]}\n'
  const { ask, run } = scene({ 'web.yaml': pod, 'config.yaml': config })
  const { injected, decision, changes } = await only(ask('web.yaml --config config.yaml'))
  expect([injected, decision.reason]).toEqual([false, 'failed'])
  expect(decision.message).toContain('no such thing')
  expect(changes).toMatchObject([
    { injected: true, lines: [{ path: ['metadata', 'annotations', 'boom'], value: null }] },
  ])
  const { stdout } = await run('web.yaml --config config.yaml')
  expect(stdout).toContain('The injector fails, and the pod is not created (failurePolicy Fail)')
})

test.each([
  ['nothing.yaml', /there is no file "nothing.yaml"; write NAMESPACE\/POD/],
  ['empty.yaml', /empty\.yaml contains neither an AdmissionReview nor a Pod or workload/],
  ['broken.yaml', /broken\.yaml:2:1: the quotes or brackets/],
  ['shop/deploymnt/web -f web.yaml', /"deploymnt" is no kind that makes pods: did you mean deployment\?/],
  ['shop/deployment/wep -f web.yaml', /no Deployment shop\/wep in .*; did you mean shop\/web\?/],
  ['shop/web -f web.yaml', /no Pod shop\/web in .*; did you mean shop\/deployment\/web\?/],
])('wrong use: %s', async (args, message) => {
  const { run } = scene({ ...files, 'empty.yaml': '# nothing\n', 'broken.yaml': 'a: [1\n' })
  const { code, stdout, stderr } = await run(args)
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toMatch(message)
})
