import fc from 'fast-check'
import type { Container, Pod } from '../../src/kubernetes/pod/types.ts'
import type { Json, JsonObject } from '../../src/lang/json.ts'
import { annotations, labels } from './arbitrary-annotations.ts'
import { anyOf, createSchemaArbitraries, type Entry, listOf, sparse, text } from './from-schema.ts'

/* Pods of every kind: every field of the type is set now and then, those that injection reads or writes often. */

/** Exactly one of these fields, as in a handler or the source of a volume. */
function oneOf(entries: Readonly<Record<string, fc.Arbitrary<Json>>>, more: readonly Entry[] = []): fc.Arbitrary<Json> {
  const field = fc.oneof(
    ...Object.entries(entries).map(([key, arbitrary]) => arbitrary.map((value) => [key, value] as const)),
  )
  return fc.tuple(field, sparse(more)).map(([[key, value], rest]) => ({ [key]: value, ...rest }))
}

const ofType = createSchemaArbitraries({
  otherwise: 0.05,
  unknown: 0.03,
  chances: {
    'ObjectMeta.name': 0.7,
    'ObjectMeta.generateName': 0.3,
    'ObjectMeta.namespace': 0.5,
    'ObjectMeta.labels': 0.8,
    'ObjectMeta.annotations': 0.8,
    'ObjectMeta.creationTimestamp': 0.3,
    'ObjectMeta.ownerReferences': 0.3,
    'OwnerReference.controller': 0.9,
    'TypeMeta.kind': 1,
    'TypeMeta.apiVersion': 1,
    'Pod.kind': 1,
    'Pod.apiVersion': 1,
    'Pod.metadata': 1,
    'Pod.spec': 1,
    'PodSpec.volumes': 0.6,
    'PodSpec.initContainers': 0.5,
    'PodSpec.ephemeralContainers': 0.05,
    'PodSpec.securityContext': 0.3,
    'PodSpec.hostNetwork': 0.04,
    'PodSpec.imagePullSecrets': 0.15,
    'PodSpec.nodeName': 0.1,
    'PodSpec.dnsConfig': 0.1,
    'Container.image': 0.8,
    'Container.args': 0.2,
    'Container.ports': 0.5,
    'Container.env': 0.5,
    'Container.volumeMounts': 0.4,
    'Container.resources': 0.4,
    'Container.restartPolicy': 0.1,
    'Container.livenessProbe': 0.3,
    'Container.readinessProbe': 0.4,
    'Container.startupProbe': 0.2,
    'Container.lifecycle': 0.2,
    'Container.securityContext': 0.3,
    'SecurityContext.runAsUser': 0.4,
    'SecurityContext.runAsGroup': 0.3,
    'EnvVar.value': 0.7,
    'EnvVar.valueFrom': 0.2,
    'ContainerPort.name': 0.5,
    'ContainerPort.protocol': 0.5,
    'ResourceRequirements.limits': 0.5,
    'ResourceRequirements.requests': 0.5,
    'Lifecycle.preStop': 0.6,
    'Lifecycle.postStart': 0.4,
  },
  arbitraries: {
    'Pod.apiVersion': () => anyOf('v1'),
    'Pod.kind': () => anyOf('Pod'),
    'ObjectMeta.name': () => anyOf('web', 'web-7c9f6d5b8-x2k4p', '10', 'yes'),
    'ObjectMeta.generateName': () => anyOf('web-7c9f6d5b8-', 'web-', 'batch-28000000-'),
    'ObjectMeta.namespace': () => anyOf('shop', 'shop', 'shop', 'scc', 'other', 'kube-system'),
    'ObjectMeta.labels': () => labels,
    'ObjectMeta.annotations': () => annotations,
    // As controllers written in Go send it.
    'ObjectMeta.creationTimestamp': () => anyOf<Json>(null),
    'OwnerReference.apiVersion': () => anyOf('apps/v1', 'batch/v1', 'v1'),
    'OwnerReference.kind': () => anyOf('ReplicaSet', 'Job', 'StatefulSet', 'ReplicationController'),
    'OwnerReference.name': () => anyOf('web-7c9f6d5b8', 'batch-28000000', 'web'),
    'Container.name': () => anyOf(...containerNames),
    'Container.image': () => anyOf('example.com/web:1.2', 'auto', 'web@sha256:00'),
    'Container.args': () => anyOf<Json>([], ['proxy', 'own'], ['-u', '5'], ['a b']),
    'Container.restartPolicy': () => anyOf('Always', 'Never'),
    'Container.env': () =>
      fc.oneof({ arbitrary: listOf(variable, 'name'), weight: 9 }, { arbitrary: listOf(variable), weight: 1 }),
    'EphemeralContainer.name': () => anyOf('debugger', 'debugger-2'),
    'EnvVar.valueFrom': () =>
      oneOf({
        fieldRef: ofType('ObjectFieldSelector'),
        resourceFieldRef: ofType('ResourceFieldSelector'),
        configMapKeyRef: ofType('ConfigMapKeySelector'),
        secretKeyRef: ofType('SecretKeySelector'),
        fileKeyRef: ofType('FileKeySelector'),
      }),
    'ContainerPort.name': () => anyOf('http', 'grpc', 'metrics'),
    'ContainerPort.containerPort': () => anyOf(80, 8080, 9090, 15020, 53),
    'ContainerPort.protocol': () => anyOf('TCP', 'UDP'),
    'VolumeMount.name': () => anyOf(...volumeNames),
    'VolumeMount.mountPath': () => anyOf('/data', '/etc/istio/proxy', '/var/run/secrets/tokens', '/own'),
    'HTTPGetAction.path': () => anyOf('/', '/ready?x=1', 'healthz', '/app-health/app/readyz'),
    'HTTPGetAction.scheme': () => anyOf('HTTP', 'HTTPS'),
    'HTTPGetAction.host': () => anyOf('', 'localhost', '10.0.0.1'),
    'SecurityContext.runAsUser': () => anyOf(0, 5, 1337),
    'SecurityContext.runAsGroup': () => anyOf(0, 5, 1337),
    'PodSpec.hostNetwork': () => fc.boolean(),
    'PodSpec.nodeName': () => anyOf('new', 'old', 'unknown'),
    'PodSpec.dnsPolicy': () => anyOf('ClusterFirst', 'None'),
    Probe: () =>
      oneOf({ ...handlers(), grpc: ofType('GRPCAction') }, [
        { key: 'timeoutSeconds', arbitrary: anyOf(0, 1, 30), chance: 0.4 },
        { key: 'periodSeconds', arbitrary: anyOf(0, 5), chance: 0.3 },
        { key: 'ofNewerKubernetes', arbitrary: anyOf<Json>({ since: 1 }), chance: 0.05 },
      ]),
    LifecycleHandler: () => oneOf({ ...handlers(), sleep: ofType('SleepAction') }),
    Volume: () =>
      fc
        .tuple(anyOf(...volumeNames), oneOf(volumeSources()))
        .map(([name, source]): JsonObject => ({ name, ...(source as JsonObject) })),
  },
})

const containerNames = [
  'app',
  'app',
  'other',
  'setup',
  'native',
  'istio-proxy',
  'istio-proxy',
  'istio-init',
  'istio-validation',
  'enable-core-dump',
]
const volumeNames = ['data', 'own', 'istio-envoy', 'istio-token', 'istiod-ca-cert', 'workload-socket']

const variableNames = [
  'A',
  'B',
  'PROXY_CONFIG',
  'ISTIO_META_CLUSTER_ID',
  'POD_NAME',
  'TRUST_DOMAIN',
  'ISTIO_PROMETHEUS_ANNOTATIONS',
  'ISTIO_KUBE_APP_PROBERS',
]
const variable = fc
  .tuple(ofType('EnvVar'), fc.oneof(anyOf(...variableNames), text))
  .map(([entry, name]): Json => ({ ...entry, name }))

function handlers() {
  return { httpGet: ofType('HTTPGetAction'), tcpSocket: ofType('TCPSocketAction'), exec: ofType('ExecAction') }
}

function volumeSources(): Record<string, fc.Arbitrary<Json>> {
  const common = {
    emptyDir: ofType('EmptyDirVolumeSource'),
    configMap: ofType('ConfigMapVolumeSource'),
    secret: ofType('SecretVolumeSource'),
    projected: ofType('ProjectedVolumeSource'),
    persistentVolumeClaim: ofType('PersistentVolumeClaimVolumeSource'),
    downwardAPI: ofType('DownwardAPIVolumeSource'),
  }
  const rare = fc.oneof(
    ...['HostPath', 'CSI', 'NFS', 'Image', 'Ephemeral', 'AzureDisk', 'ISCSI', 'FC', 'RBD', 'Flex', 'ScaleIO'].map(
      (kind) => ofType(`${kind}VolumeSource`),
    ),
  )
  return { ...common, hostPath: rare }
}

/** Makes names of containers unique in the pod, and adds an application container to a pod that has none. */
function withUniqueNames(pod: JsonObject): Pod {
  const spec = pod['spec'] as JsonObject
  const seen = new Set<Json | undefined>()
  const first = (key: Json | undefined) => !seen.has(key) && seen.add(key)
  const unique = (list: Json | undefined) => (list as readonly JsonObject[]).filter(({ name }) => first(name))
  const names = ['containers', 'initContainers', 'ephemeralContainers'].filter((key) => Object.hasOwn(spec, key))
  const lists = Object.fromEntries(names.map((key) => [key, unique(spec[key])]))
  const containers = lists['containers'] ?? []
  const filled = containers.length === 0 ? [{ name: 'main', image: 'main:1' }] : containers
  const complete: JsonObject = { ...pod, spec: { ...spec, ...lists, containers: filled } }
  return complete as Pod
}

/** A pod as an API server sends it for admission, now and then with a proxy of its own or an earlier injection. */
export const arbitraryPod: fc.Arbitrary<Pod> = ofType('Pod').map(withUniqueNames)

/** Any container with this name, and with a port that no other container has. */
export function arbitraryContainer(name: string): fc.Arbitrary<Container> {
  return ofType('Container').map((container) => ({ ...container, name, ports: [{ containerPort: 7000, name }] }))
}
