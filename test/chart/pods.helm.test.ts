import { expect, test } from 'vitest'
import { isObject, type JsonObject, lookup } from '../../src/lang/json.ts'
import { objects, ofKind, type RenderOptions } from './support/helm.ts'
import { argumentsOf, whyNotRestricted } from './support/pods.ts'
import { matrix } from './support/values.ts'

const templateOf = (values: JsonObject, options?: RenderOptions) =>
  lookup(ofKind(objects(values, options), 'Deployment')[0], 'spec', 'template')
const specOf = (values: JsonObject, options?: RenderOptions) => lookup(templateOf(values, options), 'spec')

function containerOf(values: JsonObject): JsonObject {
  const containers = lookup(specOf(values), 'containers')
  const [container] = Array.isArray(containers) ? containers.filter(isObject) : []
  if (container === undefined) throw new Error('the Deployment has no container')
  return container
}

test.each(Object.entries(matrix))('its pods meet the restricted Pod Security Standard: %s', (_, values) => {
  const rendered = objects(values)
  const pods = [
    ...ofKind(rendered, 'Pod'),
    ...ofKind(rendered, 'Deployment').map((one) => lookup(one, 'spec', 'template')),
  ]
  for (const pod of pods) {
    expect(whyNotRestricted(pod ?? null)).toEqual([])
    expect(lookup(pod, 'metadata', 'labels', 'sidecar.istio.io/inject')).toBe('false')
    const containers = lookup(pod, 'spec', 'containers') as readonly JsonObject[]
    for (const one of containers) expect(lookup(one, 'securityContext', 'readOnlyRootFilesystem')).toBe(true)
  }
  expect(pods.length).toBe(values === matrix['everything'] ? 1 : 2)
})

test('security contexts are merged key by key', () => {
  const values = { podSecurityContext: { runAsUser: 1000, fsGroup: 1000 }, securityContext: { privileged: null } }
  expect(lookup(specOf(values), 'securityContext')).toEqual({
    runAsNonRoot: true,
    runAsUser: 1000,
    runAsGroup: 65532,
    fsGroup: 1000,
    seccompProfile: { type: 'RuntimeDefault' },
  })
  expect(containerOf(values)['securityContext']).toEqual({
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    readOnlyRootFilesystem: true,
  })
})

test('the users are fixed, but for OpenShift, which chooses', () => {
  const users = (values: JsonObject, options?: RenderOptions) => {
    const { runAsUser, runAsGroup, fsGroup } = lookup(specOf(values, options), 'securityContext') as JsonObject
    return [runAsUser, runAsGroup, fsGroup]
  }
  const podSecurityContext = { fsGroup: 1 }
  expect(users({ podSecurityContext })).toEqual([65532, 65532, 1])
  const none = [undefined, undefined, undefined]
  expect(users({ podSecurityContext, injector: { platform: 'openshift' } })).toEqual(none)
  expect(users({ podSecurityContext }, { apiVersions: ['security.openshift.io/v1'] })).toEqual(none)
  expect(users({ podSecurityContext: { runAsUser: null, runAsGroup: null } })).toEqual(none)
})

test('on the network of nodes its ports are free to choose, and a replica makes room for the next', () => {
  const values = { hostNetwork: true, ports: { webhook: 25017, monitoring: 25014 } }
  expect(specOf(values)).toMatchObject({ hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' })
  expect(specOf({ ...values, dnsPolicy: 'Default' })).toMatchObject({ dnsPolicy: 'Default' })
  const rendered = objects({ ...values, networkPolicy: { enabled: true } })
  expect(lookup(ofKind(rendered, 'Deployment')[0], 'spec', 'strategy', 'rollingUpdate')).toEqual({
    maxSurge: 0,
    maxUnavailable: 1,
  })
  const ports = [
    { name: 'https-webhook', containerPort: 25017, protocol: 'TCP' },
    { name: 'http-monitoring', containerPort: 25014, protocol: 'TCP' },
  ]
  expect(containerOf(values)['ports']).toEqual(ports)
  expect(argumentsOf(rendered)).toEqual(expect.arrayContaining(['--port=25017', '--monitoring-port=25014']))
  expect(lookup(ofKind(rendered, 'Service')[0], 'spec', 'ports')).toMatchObject(
    ports.map(({ name }) => ({ name, targetPort: name })),
  )
  expect(lookup(ofKind(rendered, 'NetworkPolicy')[0], 'spec', 'ingress')).toEqual(
    ports.map(({ containerPort, protocol }) => ({ ports: [{ port: containerPort, protocol }] })),
  )
  expect(lookup(templateOf(values), 'metadata', 'annotations')).toMatchObject({ 'prometheus.io/port': '25014' })
})

test('a Deployment that says nothing else has no gap in an update, and the default network', () => {
  const [deployment] = ofKind(objects({}), 'Deployment')
  expect(lookup(deployment, 'spec', 'strategy', 'rollingUpdate')).toEqual({ maxSurge: 1, maxUnavailable: 0 })
  expect(Object.keys(lookup(deployment, 'spec', 'template', 'spec') as object)).not.toEqual(
    expect.arrayContaining(['hostNetwork']),
  )
  expect(lookup(deployment, 'spec', 'template', 'spec', 'dnsPolicy')).toBeUndefined()
  const other = ofKind(objects({ updateStrategy: { type: 'Recreate' } }), 'Deployment')[0]
  expect(lookup(other, 'spec', 'strategy')).toEqual({ type: 'Recreate' })
})

test("variables, volumes and mounts of the user's come after its own", () => {
  const secret = { secretName: 'tls' }
  const values = {
    certificates: { mode: 'provided', provided: secret },
    injector: { env: { REGION: 'eu' } },
    extraEnv: [{ name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } }],
    envFrom: [{ secretRef: { name: 'environment' } }],
    extraVolumes: [{ name: 'scratch', emptyDir: {} }],
    extraVolumeMounts: [{ name: 'scratch', mountPath: '/scratch' }],
  }
  const container = containerOf(values)
  const variables = container['env'] as readonly JsonObject[]
  expect(variables.map(({ name }) => name)).toEqual(['POD_NAME', 'POD_NAMESPACE', 'REGION', 'NODE'])
  expect(variables.slice(2)).toEqual([{ name: 'REGION', value: 'eu' }, ...values.extraEnv])
  expect(container['envFrom']).toEqual(values.envFrom)
  expect(container['volumeMounts']).toEqual([
    { name: 'tls', mountPath: '/etc/outrigger/tls', readOnly: true },
    ...values.extraVolumeMounts,
  ])
  expect(lookup(specOf(values), 'volumes')).toEqual([{ name: 'tls', secret }, ...values.extraVolumes])
})

test('the pods of one rollout are spread, where Kubernetes can tell them', () => {
  const keys = (kubeVersion: string) =>
    (lookup(specOf({}, { kubeVersion }), 'topologySpreadConstraints') as readonly JsonObject[]).map(
      ({ matchLabelKeys }) => matchLabelKeys,
    )
  expect(keys('1.26.9')).toEqual([undefined, undefined])
  expect(keys('1.27.0')).toEqual([['pod-template-hash'], ['pod-template-hash']])
})

test('the autoscaler takes the targets that are given', () => {
  const hpa = (autoscaling: JsonObject) =>
    lookup(ofKind(objects({ autoscaling: { enabled: true, ...autoscaling } }), 'HorizontalPodAutoscaler')[0], 'spec')
  const target = (name: string, averageUtilization: number) => ({
    type: 'Resource',
    resource: { name, target: { type: 'Utilization', averageUtilization } },
  })
  expect(lookup(hpa({}), 'metrics')).toEqual([target('cpu', 80)])
  expect(lookup(hpa({}), 'behavior')).toBeUndefined()
  const pods = { type: 'Pods', pods: { metric: { name: 'a' }, target: { type: 'AverageValue', averageValue: '1' } } }
  const behavior = { scaleDown: { stabilizationWindowSeconds: 600 } }
  const all = hpa({ targetMemoryUtilizationPercentage: 70, metrics: [pods], behavior })
  expect(all).toMatchObject({ metrics: [target('cpu', 80), target('memory', 70), pods], behavior })
  expect(lookup(hpa({ targetCPUUtilizationPercentage: null, metrics: [pods] }), 'metrics')).toEqual([pods])
})

test("the Service has the cluster's IP families, or those that are given", () => {
  const service = (values: JsonObject) => lookup(ofKind(objects({ service: values }), 'Service')[0], 'spec')
  expect(lookup(service({}), 'ipFamilyPolicy')).toBeUndefined()
  const families = { ipFamilyPolicy: 'RequireDualStack', ipFamilies: ['IPv6', 'IPv4'] }
  expect(service(families)).toMatchObject(families)
})
