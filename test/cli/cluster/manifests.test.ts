import { expect, test } from 'vitest'
import { parseLabelSelector } from '../../../src/cli/cluster/label-selector.ts'
import { manifestSource, readManifests } from '../../../src/cli/cluster/manifests.ts'
import { processIo } from '../../../src/cli/io.ts'
import { kinds } from '../../../src/cluster/kinds.ts'
import { selects } from '../../../src/kubernetes/selector.ts'
import type { JsonObject } from '../../../src/lang/json.ts'
import { folder } from '../support.ts'

const files = {
  'a.yaml': `
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio.io/rev: prod}}
---
# nothing but a comment
---
apiVersion: v1
kind: List
items:
- {apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: shop, labels: {app: web}}}
- {apiVersion: extensions/v1beta1, kind: Deployment, metadata: {name: other-group}}
- apiVersion: networking.istio.io/v1
  kind: ProxyConfigList
  items:
  - {metadata: {name: of-a-list, namespace: shop}}
`,
  'b.yml': `
{apiVersion: networking.istio.io/v1alpha3, kind: ProxyConfig, metadata: {name: old-version, namespace: bank}}
`,
  'c.json':
    '{"apiVersion": "apps/v1beta2", "kind": "Deployment", "metadata": {"name": "api", "labels": {"app": "api"}}}',
  'd.yaml': '{apiVersion: apps/v1, kind: Deployment, metadata: {name: api, labels: {app: api, track: canary}}}',
}

async function source(): Promise<ReturnType<typeof manifestSource>> {
  const io = { ...processIo(), cwd: folder(files) }
  return manifestSource(await readManifests(['.'], false, io), ['.'])
}

const names = (objects: readonly JsonObject[]) => objects.map((object) => (object['metadata'] as JsonObject)['name'])

test('manifests stand for a cluster: Lists are taken apart, all versions of a group are one', async () => {
  const cluster = await source()
  expect(cluster.connection).toBeUndefined()
  expect(cluster.description).toBe('the manifests of .')
  expect(names(await cluster.list(kinds.namespace))).toEqual(['shop'])
  expect(names(await cluster.list(kinds.deployment))).toEqual(['web', 'api'])
  expect(names(await cluster.list(kinds.proxyConfig))).toEqual(['of-a-list', 'old-version'])
  expect(await cluster.list(kinds.node)).toEqual([])
})

test('what names no namespace is in default; of two of one name the later counts', async () => {
  const cluster = await source()
  expect(names(await cluster.list(kinds.deployment, { namespace: 'default' }))).toEqual(['api'])
  expect(await cluster.get(kinds.deployment, 'api')).toMatchObject({
    apiVersion: 'apps/v1',
    metadata: { namespace: 'default', labels: { track: 'canary' } },
  })
  expect(await cluster.get(kinds.deployment, 'web')).toBeUndefined()
  expect(await cluster.get(kinds.deployment, 'web', 'shop')).toMatchObject({ metadata: { name: 'web' } })
  expect(await cluster.get(kinds.namespace, 'shop')).toMatchObject({ metadata: { name: 'shop' } })
})

test('labels select', async () => {
  const cluster = await source()
  const select = async (labelSelector: string) => names(await cluster.list(kinds.deployment, { labelSelector }))
  expect(await select('app=web')).toEqual(['web'])
  expect(await select('app in (web, api),track')).toEqual(['api'])
  await expect(select('app=(web')).rejects.toThrow('invalid label selector "app=(web" at "app=(web"')
})

test.each([
  ['', { a: '1' }, true],
  ['a=1', { a: '1' }, true],
  ['a == 1', { a: '2' }, false],
  ['a=', { a: '' }, true],
  ['a!=1', {}, true],
  ['a!=1', { a: '1' }, false],
  ['a in (1,2), b', { a: '2', b: '' }, true],
  ['a in (1,2), b', { a: '2' }, false],
  ['a notin (1, 2)', { a: '3' }, true],
  ['a notin (1, 2)', { a: '2' }, false],
  ['!a', {}, true],
  ['!__proto__', {}, true],
  ['example.com/a-b_c=x.y', { 'example.com/a-b_c': 'x.y' }, true],
])('the selector %j for %j: %j', (text, labels, expected) => {
  expect(selects(parseLabelSelector(text), labels)).toBe(expected)
})

test('all that cannot be read is named with file and line', async () => {
  const io = { ...processIo(), cwd: folder({ 'a.yaml': 'a: [', 'b.yaml': 'kind: Pod\n---\n- ]\n' }) }
  await expect(readManifests(['.'], false, io)).rejects.toThrow(/^a\.yaml:1:.*\nb\.yaml:3:/s)
})
