import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import jsonPatch from 'fast-json-patch'
import { describe, expect, test } from 'vitest'
import { defaultValues } from '../../src/config/defaults.ts'
import { createInjector } from '../../src/injector.ts'
import { type JsonObject, lookup } from '../../src/lang/json.ts'
import { readYaml, readYamlDocuments } from '../../src/lang/yaml/read.ts'
import { writeYaml } from '../../src/lang/yaml/write.ts'
import { deployment, folder, outrigger } from './support.ts'

const service = `---
# a Service, with  odd   spacing
apiVersion: v1
kind: Service
metadata: { name:   web }
`

const denied = `---
apiVersion: v1
kind: Pod
metadata:
  name: typo
  annotations: {sidecar.istio.io/proxyCPU: lots}
spec: {containers: [{name: a, image: a}]}
`

test('all that is not the sidecar stays as it was written, line by line', async () => {
  const args = ['inject', '-f', '-', '--set', 'global.tag=1.27.1']
  const { code, stdout, stderr } = await outrigger(args, `${deployment}${service}`)
  expect([code, stderr]).toEqual([0, ''])
  const before = `${deployment}${service}`.split('\n')
  const after = stdout.split('\n')
  let place = 0
  for (const line of after) if (line === before[place]) place++
  expect(before.slice(place)).toEqual([])
  const [injected] = readYamlDocuments(stdout)
  const containers = lookup(injected?.value as JsonObject, 'spec', 'template', 'spec', 'initContainers') as JsonObject[]
  expect(containers.map((one) => one['name'])).toEqual(['istio-init', 'istio-proxy'])
  expect(stdout).toContain('kubernetes://apis/apps/v1/namespaces/shop/deployments/web')
  expect(stdout).not.toContain('pod-template-hash')
})

test('injecting its own output changes nothing', async () => {
  const args = ['inject', '-f', '-', '--set', 'global.tag=1.27.1']
  const first = await outrigger(args, deployment)
  const second = await outrigger(args, first.stdout)
  expect(second).toEqual(first)
})

describe('the version of the proxy', () => {
  const note = /^note: proxies have version [\d.]+, the default; .*--set global\.tag=VERSION.*--from-cluster\n$/

  test('is printed where nobody named it, beside the output', async () => {
    const { stdout, stderr } = await outrigger(['inject', '-f', '-', '-o', 'json'], deployment)
    expect(stderr).toMatch(note)
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'Deployment' })
  })

  test('is not where it is named, or nothing is injected', async () => {
    const cwd = folder({ 'values.yaml': writeYaml(defaultValues) })
    const stderr = async (...args: readonly string[]) =>
      (await outrigger(['inject', '-f', '-', ...args], deployment, { cwd })).stderr
    expect(await stderr('--set', 'global.proxy.image=example.com/proxy:2')).toBe('')
    expect(await stderr('--values', 'values.yaml')).toBe('')
    expect(await stderr('--set', 'global.network=n')).toMatch(note)
    expect((await outrigger(['inject', '-f', '-'], service)).stderr).toBe('')
  })
})

test('--diff shows the change alone, with colours for a terminal only', async () => {
  const cwd = folder({ 'web.yaml': `${deployment}${service}` })
  const plain = await outrigger(['inject', '-f', 'web.yaml', '--diff'], '', { cwd })
  const lines = plain.stdout.split('\n')
  expect(lines.slice(0, 2)).toEqual(['--- web.yaml', '+++ web.yaml (injected)'])
  expect(lines.filter((line) => line.startsWith('-'))).toEqual(['--- web.yaml'])
  expect(lines.some((line) => line.startsWith('+            initContainers:'))).toBe(true)
  const coloured = await outrigger(['inject', '-f', 'web.yaml', '--diff'], '', { cwd, terminal: true })
  expect(coloured.stdout).toContain('\u001b[32m+            initContainers:')
})

test('--patch turns the document into the injected one', async () => {
  const [patch, whole] = [
    await outrigger(['inject', '-f', '-', '--patch'], deployment),
    await outrigger(['inject', '-f', '-'], deployment),
  ]
  const document = readYaml(deployment) as JsonObject
  const patched = jsonPatch.applyPatch(document, JSON.parse(patch.stdout), true).newDocument
  expect(patched).toEqual(readYaml(whole.stdout))
})

test('-o json gives one object, or a List of several', async () => {
  const one = JSON.parse((await outrigger(['inject', '-f', '-', '-o', 'json'], deployment)).stdout)
  expect(one.kind).toBe('Deployment')
  const two = JSON.parse((await outrigger(['inject', '-f', '-', '-o', 'json'], deployment + service)).stdout)
  expect([two.kind, two.items.length]).toEqual(['List', 2])
})

test('JSON stays JSON, or becomes YAML when asked', async () => {
  const text = `${JSON.stringify(readYaml(deployment), null, 4)}\n`
  const same = await outrigger(['inject', '-f', '-'], text)
  expect(JSON.parse(same.stdout).spec.template.spec.initContainers).toHaveLength(2)
  expect(same.stdout).toContain('\n    "kind": "Deployment"')
  const yaml = await outrigger(['inject', '-f', '-', '-o', 'yaml'], text)
  expect(yaml.stdout.startsWith('apiVersion: apps/v1\n')).toBe(true)
  expect(readYaml(yaml.stdout)).toEqual(JSON.parse(same.stdout))
})

test('a folder is read by name, its Namespaces and ProxyConfigs count as the cluster', async () => {
  const cwd = folder({
    'b.yaml': deployment,
    'a.yml':
      'apiVersion: networking.istio.io/v1beta1\nkind: ProxyConfig\nmetadata: {name: p, namespace: shop}\nspec: {concurrency: 7}\n',
    'notes.txt': 'kind: [',
  })
  mkdirSync(join(cwd, 'below'))
  writeFileSync(join(cwd, 'below', 'c.json'), '{"kind": "ConfigMap"}')
  const flat = await outrigger(['inject', '-f', '.'], '', { cwd })
  expect(flat.code).toBe(0)
  expect(flat.stdout.indexOf('kind: ProxyConfig')).toBeLessThan(flat.stdout.indexOf('kind: Deployment'))
  expect(flat.stdout).toContain('"concurrency":7')
  expect(readYamlDocuments(flat.stdout)).toHaveLength(2)
  const deep = await outrigger(['inject', '-f', '.', '-R'], '', { cwd })
  expect(readYamlDocuments(deep.stdout)).toHaveLength(3)
})

test('a faulty document and a denied pod are named with their lines and hide nothing of the others', async () => {
  const broken = '---\nkind: [\n'
  const { code, stdout, stderr } = await outrigger(
    ['inject', '-f', '-'],
    `${denied}${broken}${deployment.replace('#', '---\n#')}`,
  )
  expect(code).toBe(1)
  expect(stderr).toContain('problem: standard input:2: Pod typo: denied:')
  expect(stderr).toContain('sidecar.istio.io/proxyCPU')
  expect(stderr).toMatch(/problem: standard input:10:\d+: /)
  expect(stdout).toContain(denied + broken)
  expect(stdout).toContain('istio-proxy')
})

test('a pod that is left alone is said so', async () => {
  const text = deployment.replace(
    '            labels:\n',
    '            labels:\n                sidecar.istio.io/inject: "false"\n',
  )
  const { code, stdout, stderr } = await outrigger(['inject', '-f', '-'], text)
  expect([code, stdout]).toEqual([0, text])
  expect(stderr).toBe(
    'note: standard input:2: Deployment shop/web: not injected: the label sidecar.istio.io/inject is "false"\n',
  )
})

test('anchors, merge keys and equal keys still give what Kubernetes would read', async () => {
  const text = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
x-common: &common
  labels: &labels {app: web}
spec:
  selector: {matchLabels: *labels}
  template:
    metadata:
      <<: *common
    spec:
      hostIPC: true
      hostIPC: false
      containers: [{name: web, image: web:1}]
`
  const { stdout } = await outrigger(['inject', '-f', '-'], text)
  const injected = readYaml(stdout) as JsonObject
  expect(lookup(injected, 'spec', 'selector', 'matchLabels')).toEqual({ app: 'web' })
  expect(lookup(injected, 'spec', 'template', 'spec', 'hostIPC')).toBe(false)
  const labels = lookup(injected, 'spec', 'template', 'metadata', 'labels')
  expect(labels).toMatchObject({ app: 'web', 'service.istio.io/canonical-name': 'web' })
})

test('Windows line ends are kept', async () => {
  const { stdout } = await outrigger(['inject', '-f', '-'], deployment.replaceAll('\n', '\r\n'))
  expect(stdout.match(/(?<!\r)\n/g)).toBeNull()
  expect(stdout).toContain('istio-proxy')
})

test.each([
  ['a file that is not there', ['inject', '-f', 'nowhere.yaml'], 'nowhere.yaml'],
  ['an empty folder', ['inject', '-f', '.'], 'contains no .yaml'],
  ['a misspelt flag', ['inject', '-f', '-', '--revison', 'x'], 'Did you mean --revision?'],
  ['a misspelt command', ['injet'], 'Did you mean inject?'],
  ['a wrong value', ['inject', '-f', '-', '--native-sidecars', 'yes'], '--native-sidecars'],
  ['two that exclude each other', ['inject', '-f', '-', '--diff', '--patch'], "cannot be used with option '--diff'"],
  ['values that cannot be read', ['inject', '-f', '-', '--values', 'none.yaml'], 'none.yaml'],
  ['a value that is not one', ['inject', '-f', '-', '--set', 'global'], '--set'],
])('%s ends with 2 and a sentence', async (_, args, text) => {
  const { code, stdout, stderr } = await outrigger(args, deployment)
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toContain(text)
  expect(stderr).not.toContain('    at ')
})

test('settings come from outrigger.yaml in the working folder, and flags win', async () => {
  const cwd = folder({
    'outrigger.yaml': 'revision: blue\nset: [global.hub=registry.example.com/a]\nconfig: conf.yaml\n',
    'conf.yaml': 'injectedAnnotations: {example.com/by: conf}\n',
  })
  const { stdout } = await outrigger(['inject', '-f', '-', '--revision', 'green'], deployment, { cwd })
  expect(stdout).toContain('istio.io/rev: green')
  expect(stdout).toContain('example.com/by: conf')
  expect(stdout).toContain('image: registry.example.com/a/proxyv2:')
})

test('every pod gets what the library would give it', async () => {
  const pod: JsonObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p' },
    spec: { containers: [{ name: 'a', image: 'a:1' }] },
  }
  const { stdout } = await outrigger(['inject', '-f', '-'], JSON.stringify(pod))
  expect(JSON.parse(stdout)).toEqual(createInjector().inject(pod).pod)
})

test('a name can not drive the terminal', async () => {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'a\u001b[2J', labels: { 'sidecar.istio.io/inject': 'false' } },
    spec: {},
  }
  const { stderr } = await outrigger(['inject', '-f', '-'], JSON.stringify(pod))
  expect(stderr).toContain('Pod a [2J: not injected')
})
