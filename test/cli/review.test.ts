import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import jsonPatch from 'fast-json-patch'
import { expect, test } from 'vitest'
import { createInjector } from '../../src/injector.ts'
import type { JsonObject } from '../../src/lang/json.ts'
import { readYaml } from '../../src/lang/yaml/read.ts'
import { deployment, outrigger } from './support.ts'

const example = readFileSync(join(import.meta.dirname, '../../examples/pod-review.json'), 'utf8')

test('the answer is what the library gives, and its patch makes the injected pod', async () => {
  const { code, stdout } = await outrigger(['review', '-', '--path', '/inject/cluster/c1'], example)
  const review = JSON.parse(example)
  const injector = createInjector()
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toEqual(injector.review(review, { path: '/inject/cluster/c1' }))
  const patch = JSON.parse(Buffer.from(JSON.parse(stdout).response.patch, 'base64').toString())
  const { pod } = injector.inject(review.request.object, { namespace: 'shop', path: '/inject/cluster/c1' })
  expect(jsonPatch.applyPatch(review.request.object, patch, true).newDocument).toEqual(pod)
  expect(stdout).toContain('"uid": "6f6f5a3e-52a5-4c55-9a57-0d3c7b1f3a10"')
})

test('a workload is wrapped in the review that its pod would bring', async () => {
  const { code, stdout } = await outrigger(['review', '-', '-o', 'yaml'], deployment)
  expect(code).toBe(0)
  const { response } = readYaml(stdout) as { response: JsonObject }
  expect(response).toMatchObject({ allowed: true, patchType: 'JSONPatch' })
  const patch = Buffer.from(String(response['patch']), 'base64').toString()
  expect(patch).toContain('kubernetes://apis/apps/v1/namespaces/shop/deployments/web')
})

test('--explain tells what was decided and each thing that was added', async () => {
  const { stdout } = await outrigger(['review', '-', '--explain'], example)
  for (const line of [
    'Pod       shop/storefront-7c9f6d5b8-, of Deployment/storefront',
    'Result    injected (policy-enabled)',
    'Templates sidecar',
    '  nativeSidecars = true, from the default of Istio 1.27',
    '  rewrite probes = true, from values sidecarInjectorWebhook.rewriteAppHTTPProbe',
  ]) {
    expect(stdout.split('\n')).toContain(line)
  }
  for (const line of [
    /^Init container istio-proxy, sidecar:\d+$/,
    /^ {2}env CA_ADDR: shared:\d+, from values global.istioNamespace$/,
    /^ {2}label security.istio.io\/tlsMode: sidecar:\d+$/,
    /^ {2}readinessProbe of web: http port http \S+ -> http port 15020/,
    /^ {2}volume istio-token: shared:\d+/,
  ]) {
    expect(stdout).toMatch(new RegExp(line.source, 'm'))
  }
  expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([])
})

test.each([
  ['skipped', { labels: { 'sidecar.istio.io/inject': 'false' } }, 0, 'refused-by-label', 'without a sidecar'],
  [
    'denied',
    { annotations: { 'sidecar.istio.io/proxyCPU': 'lots' } },
    1,
    'invalid-annotation',
    'sidecar.istio.io/proxyCPU',
  ],
])('--explain of a pod that is %s names the reason', async (result, metadata, expected, reason, text) => {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', ...metadata },
    spec: { containers: [{ name: 'a' }] },
  }
  const { code, stdout } = await outrigger(['review', '-', '--explain'], JSON.stringify(pod))
  expect(code).toBe(expected)
  expect(stdout).toContain(`Result    ${result} (${reason})`)
  expect(stdout).toContain(text)
})

test.each([
  ['nothing that holds a pod', 'kind: Service', 'neither an AdmissionReview nor a Pod'],
  ['two pods', `${deployment}---\n${deployment}`, 'holds 2 pods'],
  ['broken YAML', 'kind: [', 'standard input:1:8: '],
  ['an unknown version', example.replace('admission.k8s.io/v1"', 'admission.k8s.io/v3"'), 'unknown version'],
])('%s ends with 2 and a sentence', async (_, text, sentence) => {
  const { code, stdout, stderr } = await outrigger(['review', '-'], text)
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toContain(sentence)
})
