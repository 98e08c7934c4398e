import { expect, test } from 'vitest'
import type { JsonObject } from '../../../src/lang/json.ts'
import { injected, podWith, snapshotOf } from '../support.ts'

// The proxy requests 100m and 128Mi, and may use 2 CPUs and 1Gi.
type Resources = Readonly<Record<string, JsonObject>>

function resourcesOf(resources: Resources, app: Resources = {}, nativeSidecars: 'enabled' | 'disabled' = 'disabled') {
  const spec = { resources, containers: [{ name: 'app', image: 'app:1', resources: app }] }
  const snapshot = snapshotOf({ nativeSidecars })
  const { pod, warnings } = injected(podWith({}, {}, spec), { snapshot })
  expect(injected(pod, { snapshot }).patch).toEqual([])
  return { resources: pod.spec?.['resources'], warnings: warnings.map(({ text }) => text) }
}

test.each(['enabled', 'disabled'] as const)('raises what leaves no room, native sidecars %s', (native) => {
  const own = { requests: { cpu: '50m', memory: '64Mi' }, limits: { cpu: '500m', memory: '256Mi' } }
  expect(resourcesOf(own, {}, native)).toEqual({
    resources: { requests: { cpu: '150m', memory: '192Mi' }, limits: { cpu: '2500m', memory: '1280Mi' } },
    warnings: [
      'spec.resources leaves no room for the injected containers: raised requests.cpu from 50m to 150m, requests.memory from 64Mi to 192Mi, limits.cpu from 500m to 2500m, limits.memory from 256Mi to 1280Mi',
    ],
  })
})

test.each<[string, Resources, Resources]>([
  ['with room for all', { requests: { cpu: '1', memory: '1Gi' }, limits: { cpu: '4', memory: '4Gi' } }, {}],
  ['without such a resource', { requests: { 'hugepages-2Mi': '2Mi' }, limits: { 'hugepages-2Mi': '2Mi' } }, {}],
  ['that its own containers exceed', { requests: { cpu: '50m' } }, { requests: { cpu: '60m' } }],
])('leaves a pod %s alone', (_, resources, app) => {
  expect(resourcesOf(resources, app)).toEqual({ resources, warnings: [] })
})

test('counts what the containers of the pod request, and limits where they request nothing', () => {
  const { resources } = resourcesOf({ requests: { cpu: '150m', memory: '100Mi' } }, { limits: { cpu: '100m' } })
  expect(resources).toEqual({ requests: { cpu: '250m', memory: '228Mi' } })
})

test('limits stay above the requests', () => {
  const { resources } = resourcesOf(
    { requests: { memory: '1Gi' }, limits: { memory: '1Gi' } },
    { requests: { memory: '1Gi' } },
  )
  expect(resources).toEqual({ requests: { memory: '1152Mi' }, limits: { memory: '2Gi' } })
})

test('counts an init container beside the native proxy that starts before it', () => {
  const setup = { name: 'setup', image: 's:1', resources: { requests: { cpu: '2' } } }
  const spec = { resources: { requests: { cpu: '2' } }, initContainers: [setup] }
  const { pod } = injected(podWith({}, {}, spec), { snapshot: snapshotOf({ nativeSidecars: 'enabled' }) })
  expect(pod.spec?.['resources']).toEqual({ requests: { cpu: '2100m' } })
})
