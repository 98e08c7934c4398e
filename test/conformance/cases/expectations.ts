import { ok } from 'node:assert'
import { readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import type { Container, Pod } from '../../../src/kubernetes/pod/types.ts'
import { podPlaces } from '../../../src/kubernetes/workloads/places.ts'
import { type JsonObject, lookup } from '../../../src/lang/json.ts'
import { readObject } from '../../../src/testing/documents.ts'
import { cost } from '../../support/cost.ts'
import {
  assertDenied,
  assertFinding,
  assertRule,
  assertSame,
  assertUntouched,
  assertWarnings,
  containerNamed,
  documentOf,
  type Given,
  nativeModes,
  proxyConfigOf,
  proxyList,
  proxyOf,
  variableOf,
} from './given.ts'

/** What is right for a case. */
export interface Expectation {
  readonly right: string
  /** Throws an AssertionError where it isn't so. */
  readonly check: (given: Given) => void | Promise<void>
  /** What will make it right, where the program isn't yet: what lint says. */
  readonly issue?: 'lint'
}

const volumeNamed = (pod: Pod, name: string) => (pod.spec?.volumes ?? []).filter((volume) => volume.name === name)
const specOf = (pod: Pod): JsonObject => (pod.spec ?? {}) as JsonObject
const podWith = (metadata: JsonObject, spec: JsonObject = {}): JsonObject => ({
  metadata: { name: 'a', ...metadata },
  spec: { containers: [{ name: 'app', image: 'app:1' }], ...spec },
})

/** Injects the pod of a case as a native sidecar and as a container. */
function inBothModes(given: Given, check: (pod: Pod) => void, pod: JsonObject | Pod = given.pod): void {
  for (const nativeSidecars of nativeModes) check(given.injected(pod, { nativeSidecars }).pod)
}

/** The container and its fields of a pod that injection has no say in, unless named. */
function assertSpecKept(injected: Pod, original: Pod, ...fields: readonly string[]): void {
  for (const field of fields) assertSame(specOf(injected)[field], specOf(original)[field], `spec.${field}`)
}

function assertKeptVolumes(injected: Pod, original: Pod): void {
  for (const volume of original.spec?.volumes ?? [])
    assertSame(volumeNamed(injected, volume.name), [volume], `volume ${volume.name}`)
}

/** A preStop hook of the pod's own proxy replaces that of the template. */
const ownPreStop = (right: string): Expectation => ({
  right,
  check: (given) => {
    const own = containerNamed(given.pod, 'istio-proxy').lifecycle?.preStop
    inBothModes(given, (pod) => assertSame(proxyOf(pod).lifecycle?.preStop, own, 'preStop of the proxy'))
  },
})

const quiet = (right: string): Expectation => ({
  right,
  check: (given) => assertSame(given.findings(), [], 'findings'),
})

/** What other webhooks and controllers change in an injected pod between two passes. */
const foreignChanges: Readonly<Record<string, (proxy: Container) => Container>> = {
  image: (proxy) => ({ ...proxy, image: `mirror.example/${proxy.image}` }),
  resources: (proxy) => ({ ...proxy, resources: { requests: { cpu: '77m' }, limits: { cpu: '3' } } }),
  securityContext: (proxy) => ({
    ...proxy,
    securityContext: { ...proxy.securityContext, seccompProfile: { type: 'RuntimeDefault' } },
  }),
  imagePullPolicy: (proxy) => ({ ...proxy, imagePullPolicy: 'Always' }),
}

const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

function withProxy(pod: Pod, change: (proxy: Container) => Container): Pod {
  const changed = (list: readonly Container[] | null | undefined) =>
    list?.map((one) => (one.name === 'istio-proxy' ? change(one) : one))
  const { containers, initContainers, ...spec } = pod.spec ?? { containers: [] }
  return {
    ...pod,
    spec: {
      ...spec,
      containers: changed(containers) ?? [],
      ...(initContainers && { initContainers: changed(initContainers) ?? [] }),
    },
  }
}

const openshiftNamespace: JsonObject = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'shop', annotations: { 'openshift.io/sa.scc.uid-range': '1000980000/10000' } },
}

/** By name of the case. */
export const expectations: Readonly<Record<string, Expectation>> = {
  'agentgateway-waypoint': {
    right: 'a template for something else than pods is no fault, only a warning',
    check: (given) => {
      const injector = given.injector({ config: readObject(given.file('input.yaml')) })
      assertSame(
        injector.warnings.map(({ code }) => code),
        ['unusable-template'],
        'warnings',
      )
      assertSame(injector.inject(podWith({})).decision.result, 'injected', 'result of a pod')
    },
  },
  'ambient-pod-in-sidecar-ns': {
    right: 'the pod has its sidecar, as from Istio',
    check: (given) => {
      const pod = documentOf(given.documents, 'Pod', 'a')
      assertSame(given.injected(pod).decision.reason, 'policy-enabled', 'reason')
    },
  },
  'cni-nonnative-init': {
    right: 'lint names the init container that has no network yet',
    issue: 'lint',
    check: (given) =>
      assertFinding(given.findings({ set: ['pilot.cni.enabled=true'] }), 'Pod shop/a', /fetch|initContainers/),
  },
  'connection-limit': {
    right: 'a new field of ProxyConfig reaches the proxy',
    check: (given) =>
      assertSame(
        proxyConfigOf(given.injected(given.pod).pod)['connectionSettings'],
        { profile: 'EDGE', globalDownstreamConnectionLimit: 1000 },
        'connectionSettings',
      ),
  },
  'cpu-limit-below-request': {
    right: 'a limit below the request is denied, with both annotations named',
    check: (given) => {
      const annotations = ['sidecar.istio.io/proxyCPU,', 'sidecar.istio.io/proxyCPULimit']
      for (const nativeSidecars of nativeModes)
        assertDenied(given.inject(given.pod, { nativeSidecars }), 'invalid-injected-pod', ...annotations)
    },
  },
  'cronjob-no-metadata': {
    right: 'a CronJob without metadata of its template is injected',
    check: (given) => {
      const [job] = given.manifests()
      const spec = lookup(job, 'spec', 'jobTemplate', 'spec', 'template', 'spec') as Pod['spec']
      proxyOf({ spec } as Pod)
    },
  },
  'custom-resources': {
    right: 'lint finds the bad annotations of pods in any resource, or names what it does not read',
    issue: 'lint',
    check: async (given) => {
      const printed = await given.command('lint', '-f', given.file('input.yaml'))
      const said = ['SparkApplication', 'VirtualMachine', 'PyTorchJob', 'LeaderWorkerSet', 'interceptionMode']
      assertSame(
        said.filter((word) => !printed.includes(word)),
        [],
        'what is not mentioned',
      )
      // Nothing is wrong in these, so it is enough that they are read.
      const named = { CloneSet: 'cs', JobSet: 'js', PodTemplate: 'ptpl' }
      const read = Object.entries(named).map(([kind, name]) => documentOf(given.documents, kind, name))
      const unread = read.filter((one) => podPlaces(one).length === 0).map((one) => String(one['kind']))
      assertSame(
        unread.filter((kind) => !printed.includes(kind)),
        [],
        'what is neither read nor mentioned',
      )
    },
  },
  'custom-template-native': {
    right: 'a template for the proxy under containers reaches the native sidecar',
    check: (given) => {
      for (const nativeSidecars of nativeModes) {
        const { pod } = given.injected(given.pod, { nativeSidecars })
        assertSame(proxyList(pod), nativeSidecars === 'enabled' ? 'initContainers' : 'containers', 'list of the proxy')
        assertSame(variableOf(proxyOf(pod), 'GREETING'), 'hello', 'GREETING')
        ok(proxyOf(pod).args?.includes('sidecar'), 'the proxy is not that of the sidecar template')
      }
    },
  },
  'deployment-label-wrong-place': {
    right: 'lint finds the label of injection on the Deployment itself',
    issue: 'lint',
    check: (given) =>
      assertFinding(given.findings(), 'Deployment shop/web', /^metadata\.labels.*sidecar\.istio\.io\/inject/),
  },
  dnspolicy: {
    right: 'a dnsPolicy other than ClusterFirst is a warning',
    check: (given) => {
      for (const nativeSidecars of nativeModes)
        assertWarnings(given.injected(given.pod, { nativeSidecars }), 'dns-policy')
    },
  },
  'dra-resize': {
    right: 'claims and resize policies stay',
    check: (given) =>
      inBothModes(given, (pod) => {
        assertUntouched(pod, given.pod, 'app')
        assertSpecKept(pod, given.pod, 'resourceClaims')
      }),
  },
  'failurethreshold-uint32': {
    right: 'a number that Kubernetes cannot decode is denied, with its annotation named',
    check: (given) =>
      assertDenied(
        given.inject(given.pod),
        'invalid-injected-pod',
        'readiness.status.sidecar.istio.io/failureThreshold',
        '4294967295',
      ),
  },
  'gateway-plain': {
    right: 'image, bootstrap, log container and user of a gateway are those of its author',
    check: (given) => {
      const [workload = {}] = given.manifests()
      const pod = lookup(workload, 'spec', 'template') as Pod
      const [original] = given.documents
      const proxy = proxyOf(pod)
      assertSame(proxy.image, 'registry.example/custom/proxy:9', 'image')
      const own = containerNamed(lookup(original, 'spec', 'template') as Pod, 'istio-proxy')
      assertSame(proxy.securityContext, own.securityContext, 'securityContext')
      assertSpecKept(pod, lookup(original, 'spec', 'template') as Pod, 'securityContext')
      assertSame(volumeNamed(pod, 'custom-bootstrap-volume').length, 1, 'bootstrap volumes')
      assertSame(pod.metadata?.annotations?.['kubectl.kubernetes.io/default-logs-container'], 'other', 'log container')
    },
  },
  'gateway-quic-ports': {
    right: 'one port number with two protocols stays two ports',
    check: (given) => {
      const own = containerNamed(given.pod, 'istio-proxy').ports ?? []
      inBothModes(given, (pod) => {
        const ports = proxyOf(pod).ports ?? []
        for (const port of own)
          ok(
            ports.some((one) => JSON.stringify(one) === JSON.stringify(port)),
            `no ${port.name}`,
          )
        assertSame(ports.length, own.length, 'ports')
      })
    },
  },
  'gateway-rev-label': {
    right: 'the revision label of a gateway is neither changed nor added',
    check: (given) => {
      const labels = ({ revision, label }: { readonly revision: string; readonly label?: string }) => {
        const own = { istio: 'gw', 'sidecar.istio.io/inject': 'true', ...(label && { 'istio.io/rev': label }) }
        const annotations = { 'inject.istio.io/templates': 'gateway' }
        const pod = podWith({ labels: own, annotations }, { containers: [{ name: 'istio-proxy', image: 'auto' }] })
        return given.injected(pod, { revision }).pod.metadata?.labels?.['istio.io/rev']
      }
      const [workload] = given.manifests()
      const kept = lookup(workload, 'spec', 'template', 'metadata', 'labels', 'istio.io/rev')
      assertSame(kept, 'canary', 'label istio.io/rev')
      assertSame(labels({ revision: 'canary' }), undefined, 'label istio.io/rev of a gateway without it')
    },
  },
  'gateway-spire': {
    right: 'the volume of the later template is used, in whichever list it names the proxy',
    check: (given) => {
      for (const name of ['cfg-spire.yaml', 'cfg-spire2.yaml']) {
        for (const nativeSidecars of nativeModes) {
          const { pod } = given.injected(given.pod, { nativeSidecars, config: readObject(given.file(name)) })
          const csi = { csi: { driver: 'csi.spiffe.io', readOnly: true }, name: 'workload-socket' }
          const [volume, ...others] = volumeNamed(pod, 'workload-socket')
          assertSame([volume, others], [csi, []], `volume workload-socket with ${name}`)
          const mounts = lookup(proxyOf(pod) as JsonObject, 'volumeMounts')
          const ofSocket = (Array.isArray(mounts) ? mounts : []).filter(
            (mount) => lookup(mount, 'name') === 'workload-socket',
          )
          const paths = ofSocket.map((mount) => lookup(mount, 'mountPath'))
          ok(paths.includes('/run/secrets/workload-spiffe-uds'), `mounts with ${name}: ${paths.join(', ')}`)
        }
      }
    },
  },
  'generate-name-only': {
    right: 'a pod with no more than generateName is injected',
    check: (given) => inBothModes(given, proxyOf),
  },
  'hpa-vpa': {
    right: 'lint finds the LimitRange that refuses the sidecar',
    issue: 'lint',
    check: (given) =>
      ok(
        given.findings().some(({ message, object }) => /LimitRange/.test(`${message} ${object.kind}`)),
        'no finding is about the LimitRange',
      ),
  },
  'init-named-port-grpc': {
    right: 'probes of init containers are rewritten, those of unknown ports left with a warning',
    check: (given) => {
      const injection = given.injected(given.pod, { nativeSidecars: 'enabled' })
      const [helper, app] = ['helper', 'app'].map((name) => containerNamed(injection.pod, name))
      const agent = (path: string) => ({ httpGet: { path: `/app-health/helper/${path}`, port: 15020 } })
      assertSame(helper?.startupProbe?.httpGet?.path, agent('startupz').httpGet.path, 'startupProbe')
      assertSame(helper?.readinessProbe?.httpGet?.path, agent('readyz').httpGet.path, 'readinessProbe')
      assertSame(helper?.livenessProbe, containerNamed(given.pod, 'helper').livenessProbe, 'livenessProbe')
      assertSame(app?.readinessProbe, containerNamed(given.pod, 'app').readinessProbe, 'readinessProbe of app')
      assertSame(injection.warnings.length, 2, 'number of warnings')
    },
  },
  'init-runs-before-proxy': {
    right: 'lint says that the application does not wait for its proxy',
    check: (given) => assertRule(given.findings(), 'OUT0004'),
  },
  'init-uid-1337-workaround': {
    right: 'the documented user of an init container without capture is no finding',
    check: (given) => assertRule(given.findings(), 'IST0144', false),
  },
  'injected-annotations-overwrite': {
    right: 'an annotation of the pod that the configuration overwrites is a warning',
    check: (given) => {
      const { pod, warnings } = given.injected(given.pod)
      const name = 'cluster-autoscaler.kubernetes.io/safe-to-evict'
      assertSame(pod.metadata?.annotations?.[name], 'true', name)
      ok(
        warnings.some(({ text }) => text.includes(name)),
        `no warning names ${name}`,
      )
    },
  },
  'ipv6-ranges': {
    right: 'ranges of both families reach istio-init, and an address is denied',
    check: (given) => {
      const { args = [] } = containerNamed(given.injected(given.pod).pod, 'istio-init')
      const after = (flag: string) => args?.[(args?.indexOf(flag) ?? -1) + 1]
      assertSame([after('-i'), after('-x')], ['fd00::/8,10.0.0.0/8', '::1/128'], 'ranges')
      const name = 'traffic.sidecar.istio.io/includeOutboundIPRanges'
      assertDenied(given.inject(podWith({ annotations: { [name]: 'fd00::1' } })), 'invalid-annotation', name, 'fd00::1')
    },
  },
  'istiod-env-native': {
    right: "the preview of a revision shows that its istiod's setting moves the proxy, and that auto doesn't",
    check: async (given) => {
      const moves = async (file: string) =>
        /init container → container/.test(
          await given.command('diff', '-f', given.file(file), '--to-revision', 'canary'),
        )
      for (const [file, expected] of Object.entries({
        input: true,
        'two-false': true,
        'two-auto': false,
        'two-true': false,
      }))
        assertSame(await moves(`${file}.yaml`), expected, `${file}: the proxy moves`)
      const said = await given.command('explain', given.file('dump-auto.yaml'))
      ok(
        /nativeSidecars = true, from ENABLE_NATIVE_SIDECARS of Deployment/.test(said),
        'auto is not said to be from istiod',
      )
    },
  },
  'job-date-name': {
    right: 'a Job whose name ends with a date counts as that of a CronJob, as for Istio',
    check: (given) => {
      const { pod } = given.injected(given.pod)
      assertSame(variableOf(proxyOf(pod), 'ISTIO_META_WORKLOAD_NAME'), 'report', 'ISTIO_META_WORKLOAD_NAME')
      ok(/\/cronjobs\/report$/.test(variableOf(proxyOf(pod), 'ISTIO_META_OWNER') ?? ''), 'the owner is no CronJob')
    },
  },
  'job-native-off': {
    right: 'lint says that the proxy keeps the Job from ending',
    check: (given) => assertRule(given.findings(), 'OUT0003'),
  },
  'k8s-gateway-annotations': {
    right: 'lint finds the ProxyConfig of a pod on a Gateway that has annotations for its pods elsewhere',
    issue: 'lint',
    check: (given) => {
      assertFinding(given.findings(), 'Gateway shop/gw', /^metadata\.annotations.*proxy\.istio\.io\/config/)
      assertRule(given.findings(), 'IST0107')
    },
  },
  'label-typo-dots': {
    right: 'lint finds the label that is nearly that of injection',
    issue: 'lint',
    check: (given) => assertFinding(given.findings(), 'Deployment shop/exec', /sidecar\.istio\.io\.inject/),
  },
  'label-typos': {
    right: 'lint finds each label that does not do what it looks like, and what is meant',
    issue: 'lint',
    check: (given) => {
      const findings = given.findings()
      assertFinding(findings, 'Namespace a', /istio-injection.*"true"/)
      assertFinding(findings, 'Namespace c', /istio\.io\/revision/)
      assertFinding(findings, 'Namespace d', /annotation/)
      assertFinding(findings, 'Deployment shop/lbl', /^metadata\.labels.*sidecar\.istio\.io\/inject/)
      assertFinding(findings, 'Deployment shop/yes', /"off"/)
      assertFinding(findings, 'Deployment shop/typo', /sidecar\.istio\.io\/Inject/)
      assertFinding(findings, 'Deployment shop/conflict', /sidecar\.istio\.io\/inject/)
    },
  },
  'label-values': {
    right: 'lint finds each value and name that no injector reads',
    issue: 'lint',
    check: (given) => {
      const findings = given.findings()
      assertFinding(findings, 'Namespace shop', /istio-injection.*"true"/)
      assertFinding(findings, 'Namespace shop2', /enabled1/)
      assertFinding(findings, 'Namespace shop3', /sidecar-inject|istio-inject\b/)
      assertFinding(findings, 'Deployment shop/a', /^metadata\.labels/)
      assertFinding(findings, 'Deployment shop/a', /"disabled"/)
      assertFinding(findings, 'Deployment shop2/b', /"True"/)
    },
  },
  'lifecycle-overrides-hold': {
    right: 'a lifecycle in the values that drops the hook of a hold is a warning',
    check: (given) => {
      const lifecycle = { preStop: { exec: { command: ['sleep', '5'] } } }
      const values = { global: { proxy: { lifecycle } } }
      assertWarnings(given.injected(given.pod, { values }), 'hold-without-hook')
      assertWarnings(given.injected(given.pod))
    },
  },
  'modern-fields': {
    right: 'fields of new versions of Kubernetes stay',
    check: (given) =>
      inBothModes(given, (pod) => {
        for (const name of ['app', 'side']) assertUntouched(pod, given.pod, name)
        assertKeptVolumes(pod, given.pod)
        assertSpecKept(pod, given.pod, 'hostnameOverride', 'shareProcessNamespace', 'securityContext', 'os')
        assertSpecKept(pod, given.pod, 'terminationGracePeriodSeconds')
      }),
  },
  'mount-nosuch': {
    right: 'a mount without its volume is denied, with its annotation named',
    check: (given) =>
      assertDenied(given.inject(given.pod), 'invalid-injected-pod', 'sidecar.istio.io/userVolumeMount', 'nosuch'),
  },
  'mount-token-paths': {
    right: "an application may mount on the proxy's paths",
    check: (given) =>
      inBothModes(given, (pod) => {
        assertUntouched(pod, given.pod, 'app')
        assertKeptVolumes(pod, given.pod)
        assertSpecKept(pod, given.pod, 'automountServiceAccountToken', 'serviceAccountName')
      }),
  },
  'multus-existing': {
    right: 'the network of Istio is added once to those of a pod',
    check: (given) => {
      const name = 'k8s.v1.cni.cncf.io/networks'
      const values = { pilot: { cni: { enabled: true, provider: 'multus' } } }
      const networks = (pod: JsonObject | Pod) =>
        given.injected(pod, { values }).pod.metadata?.annotations?.[name] ?? ''
      const added = (text: string) => networks(podWith({ annotations: { [name]: text } }))
      assertSame(networks(given.pod), 'macvlan-conf, default/istio-cni', 'networks')
      const json = [{ name: 'a' }, { name: 'istio-cni', namespace: 'default' }]
      assertSame(JSON.parse(added('[{"name":"a"}]')), json, 'networks as JSON')
      assertSame(added(''), 'default/istio-cni', 'empty networks')
      for (const text of ['default/istio-cni', 'a, default/istio-cni', JSON.stringify(json)])
        assertSame(added(text), text, 'networks with it')
    },
  },
  'native-side-annotation': {
    right: 'lint names the annotation that is meant',
    check: (given) => {
      for (const name of ['sidecar.istio.io/native-side', 'sidecar.istio.io/nativeSidecars'])
        assertFinding(
          given.findings(),
          'Deployment shop/a',
          new RegExp(`"${name}".*did you mean sidecar.istio.io/nativeSidecar\\?`),
        )
    },
  },
  'null-limits-init': {
    right: 'values without limits give valid init containers',
    check: (given) => {
      const values = { global: { proxy: { resources: { limits: null } } } }
      for (const settings of [{}, { values }]) {
        for (const nativeSidecars of nativeModes) {
          const { pod } = given.injected(given.pod, { nativeSidecars, ...settings })
          for (const name of ['i1', 'i2', 'app']) assertUntouched(pod, given.pod, name)
        }
      }
    },
  },
  'openshift-custom-injection': {
    right: 'a user that OpenShift set on all containers is not taken for that of the proxy',
    check: (given) => {
      const namespaces = [openshiftNamespace]
      for (const nativeSidecars of nativeModes) {
        const { pod } = given.injected(given.pod, { nativeSidecars, platform: 'openshift', facts: { namespaces } })
        assertSame(proxyOf(pod).securityContext?.runAsUser, 1_000_989_999, 'user of the proxy')
        assertSame(proxyOf(pod).securityContext?.readOnlyRootFilesystem, false, 'readOnlyRootFilesystem')
        assertUntouched(pod, given.pod, 'app')
      }
    },
  },
  'openshift-custom-scc': {
    right: "the user of the proxy is one that the pod's own SCC allows, or a warning says that it may not be",
    check: (given) => {
      const settings = { platform: 'openshift', facts: { namespaces: [openshiftNamespace] } } as const
      const { pod, warnings } = given.injected(given.pod, settings)
      const { runAsUser = 0 } = proxyOf(pod).securityContext ?? {}
      const isAllowed = Math.abs((runAsUser ?? 0) - 8_939_015) <= 1
      const isSaid = warnings.some(({ text }) => /openshift\.io\/scc|runAsUser/.test(text))
      ok(isAllowed || isSaid, `the proxy runs as ${runAsUser}, outside the range of the pod's user, without a word`)
    },
  },
  'own-native-startup': {
    right: 'a probe that must succeed before the agent runs is left alone, with a warning',
    check: (given) => {
      const own = containerNamed(given.pod, 'cache')
      const before = given.injected(given.pod, { nativeSidecars: 'disabled' })
      assertSame(containerNamed(before.pod, 'cache').startupProbe, own.startupProbe, 'startupProbe')
      ok(
        before.warnings.some(({ text }) => /startupProbe.*cache/.test(text)),
        'no warning names the probe',
      )
      const after = given.injected(given.pod, { nativeSidecars: 'enabled' })
      const path = containerNamed(after.pod, 'cache').startupProbe?.httpGet?.path
      assertSame(path, '/app-health/cache/startupz', 'startupProbe after a native proxy')
    },
  },
  'pdb-safe-to-evict': {
    right: 'by default the annotation for the autoscaler stays as written',
    check: (given) => {
      const name = 'cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes'
      inBothModes(given, (pod) => assertSame(pod.metadata?.annotations?.[name], 'cache', name))
    },
  },
  'pod-resources-small': {
    right: 'pod-level resources make room for the proxy, with a warning',
    check: (given) => {
      for (const nativeSidecars of nativeModes) {
        const injection = given.injected(given.pod, { nativeSidecars })
        const raised = { requests: { cpu: '150m', memory: '192Mi' }, limits: { cpu: '2500m', memory: '1280Mi' } }
        assertSame(specOf(injection.pod)['resources'], raised, 'spec.resources')
        assertWarnings(injection, 'pod-resources-raised')
      }
    },
  },
  'prober-port-collision': {
    right: "an application on the agent's ports is injected, as by Istio",
    check: (given) =>
      inBothModes(given, (pod) => {
        const app = containerNamed(pod, 'app')
        assertSame(app.ports, containerNamed(given.pod, 'app').ports, 'ports')
        assertSame(app.readinessProbe?.httpGet?.path, '/app-health/app/readyz', 'readinessProbe')
      }),
  },
  'proxy-prestop-httpget': ownPreStop('the request of the own preStop hook replaces the command of the template'),
  'proxy-prestop-sleep': ownPreStop('the pause of the own preStop hook replaces the command of the template'),
  'proxy-resources-limitranger': {
    right: 'annotations that the resources of an own proxy replace are said to have no effect',
    issue: 'lint',
    check: (given) => {
      const { pod, warnings } = given.injected(given.pod)
      assertSame(proxyOf(pod).resources, containerNamed(given.pod, 'istio-proxy').resources, 'resources of the proxy')
      const said = [
        ...warnings.map(({ text }) => text),
        ...given.findings().map(({ path, message }) => `${path} ${message}`),
      ]
      ok(
        said.some((text) => /proxyCPU\b/.test(text) && /no effect|ignored/.test(text)),
        'nothing is said of proxyCPU',
      )
    },
  },
  'proxystatsmatcher-merge': {
    right: 'fields of the annotation and of the mesh are in one ProxyConfig',
    check: (given) => {
      const proxyStatsMatcher = { inclusionPrefixes: ['cluster.outbound'] }
      const { pod } = given.injected(given.pod, { mesh: { defaultConfig: { proxyStatsMatcher } } })
      const { gatewayTopology, proxyStatsMatcher: found } = proxyConfigOf(pod)
      assertSame([gatewayTopology, found], [{ numTrustedProxies: 2 }, proxyStatsMatcher], 'PROXY_CONFIG')
    },
  },
  'pss-restricted': {
    right: "lint says that the namespace's level of PodSecurity refuses istio-init",
    issue: 'lint',
    check: (given) => assertFinding(given.findings(), 'Deployment shop/web', /restricted/),
  },
  'reinvocation-foreign-changes': {
    right: 'what others change in the proxy between two passes stays',
    check: (given) => {
      const lost = nativeModes.flatMap((nativeSidecars) => {
        const { pod } = given.injected(given.pod, { nativeSidecars })
        return Object.entries(foreignChanges).flatMap(([what, change]) => {
          const changed = withProxy(pod, change)
          const again = given.injected(changed, { nativeSidecars })
          return isDeepStrictEqual(asJson(proxyOf(again.pod)), asJson(proxyOf(changed))) ? [] : [what]
        })
      })
      assertSame([...new Set(lost)], [], 'what a second pass reverts')
    },
  },
  'runas1337-pod': {
    right: "lint finds the proxy's user at the level of the pod",
    check: (given) => assertRule(given.findings(), 'IST0144'),
  },
  'sidecar-pod-in-ambient-ns': quiet('a pod that asks for a sidecar in an ambient namespace is no finding'),
  'sidecar-proxy-dup-ports': {
    right: 'ports of one number and variables of one name stay, each of them',
    check: (given) => {
      // The name of the last port is read as the boolean of YAML 1.1 where it isn't quoted.
      const text = readFileSync(given.file('input.yaml'), 'utf8').replace(/name: y\b/, 'name: "y"')
      const written = given.parse(text)
      const own = containerNamed(written, 'istio-proxy')
      inBothModes(
        given,
        (pod) => {
          assertUntouched(pod, written, 'app')
          const { ports = [], env = [] } = proxyOf(pod)
          assertSame(
            ports?.filter(({ containerPort }) => containerPort === 9443),
            own.ports,
            'ports of the proxy',
          )
          assertSame(
            env?.filter(({ name }) => name === 'A'),
            own.env,
            'variables of the proxy',
          )
        },
        written,
      )
    },
  },
  'spark-3000-env': {
    right: 'a pod with 3,000 variables is injected in milliseconds',
    check: async (given) => {
      const env = Array.from({ length: 3000 }, (_, index) => ({ name: `SPARK_${index}`, value: `value ${index}` }))
      const pod = podWith({}, { containers: [{ name: 'app', image: 'app:1', env }] })
      const injector = given.injector()
      const taken = await cost(() => injector.inject(pod), 80)
      ok(taken < 80, `it takes ${taken} ms`)
    },
  },
  'status-port-0': {
    right: 'without a port of the agent all probes are left alone, and the proxy has none',
    check: (given) =>
      inBothModes(given, (pod) => {
        assertUntouched(pod, given.pod, 'app')
        assertSame(proxyOf(pod).readinessProbe, undefined, 'readinessProbe of the proxy')
        assertSame(proxyOf(pod).startupProbe, undefined, 'startupProbe of the proxy')
      }),
  },
  'tracing-off': {
    right: 'an empty tracing stays, which turns tracing off',
    check: (given) => assertSame(proxyConfigOf(given.injected(given.pod).pod)['tracing'], {}, 'tracing'),
  },
  'user-init-proxy-nonnative': {
    right: 'an own proxy under initContainers moves to where the proxy runs',
    check: (given) => {
      const { pod } = given.injected(given.pod)
      assertSame(proxyList(pod), 'containers', 'list of the proxy')
      assertSame(lookup(proxyOf(pod) as JsonObject, 'restartPolicy'), undefined, 'restartPolicy')
    },
  },
  userns: {
    right: 'a pod with its own user namespace stays one',
    check: (given) =>
      inBothModes(given, (pod) => {
        assertUntouched(pod, given.pod, 'app')
        assertSpecKept(pod, given.pod, 'hostUsers')
      }),
  },
  'values-pilot-env': {
    right: 'the settings of istiod in its values are followed',
    check: (given) => {
      const { pod } = given.injected(given.pod, { facts: { namespaces: [openshiftNamespace] } })
      assertSame(proxyList(pod), 'containers', 'list of the proxy')
      assertSame(variableOf(proxyOf(pod), 'COMPLIANCE_POLICY'), 'fips-140-3', 'COMPLIANCE_POLICY')
      assertSame(proxyOf(pod).securityContext?.runAsUser, 1_000_989_999, 'user of the proxy')
    },
  },
  'volume-names': {
    right: 'volumes of the pod with injected names have one source, and a warning',
    check: (given) => {
      for (const nativeSidecars of nativeModes) {
        const injection = given.injected(given.pod, { nativeSidecars })
        assertKeptVolumes(injection.pod, given.pod)
        // For the other two the templates bring no source of their own.
        for (const name of ['istio-data', 'istio-token', 'istio-envoy', 'istiod-ca-cert', 'istio-podinfo'])
          ok(
            injection.warnings.some(({ code, text }) => code === 'own-volume' && text.includes(` ${name} `)),
            `no warning of ${name}`,
          )
      }
    },
  },
  'webhook-in-mesh': {
    right: 'lint finds the webhook and the APIService whose server is behind strict mTLS',
    issue: 'lint',
    check: (given) => {
      const said = given.findings().map(({ object, message }) => `${object.kind} ${message}`)
      for (const kind of ['ValidatingWebhookConfiguration', 'APIService'])
        ok(
          said.some((text) => text.includes(kind)),
          `no finding is about the ${kind}`,
        )
    },
  },
  'webhook-requests': {
    right: 'reviews of anything but the creation of a pod are allowed and skipped, with a code',
    check: (given) => {
      const review = (request: JsonObject, version = 'v1') =>
        given.injector().review({
          apiVersion: `admission.k8s.io/${version}`,
          kind: 'AdmissionReview',
          request: { uid: 'u', namespace: 'shop', operation: 'CREATE', object: given.pod as JsonObject, ...request },
        })
      const old = { object: null, oldObject: given.pod as JsonObject }
      const skipped: readonly (readonly [string, JsonObject])[] = [
        ['not-create', { operation: 'UPDATE' }],
        ['not-create', { operation: 'DELETE', ...old }],
        ['not-create', { operation: 'UPDATE', subResource: 'ephemeralcontainers' }],
        ['not-create', { operation: 'UPDATE', subResource: 'resize' }],
        ['sub-resource', { subResource: 'binding' }],
      ]
      for (const [reason, request] of skipped) {
        const { allowed, patch, auditAnnotations } = review(request).response
        assertSame([allowed, patch], [true, undefined], `response to ${JSON.stringify(request)}`)
        assertSame(auditAnnotations?.['reason'], reason, `reason of ${JSON.stringify(request)}`)
      }
      const { patch } = review({}).response
      ok(patch !== undefined, 'the creation has no patch')
      assertSame(review({ dryRun: true }).response.patch, patch, 'patch of a dry run')
      const beta = review({}, 'v1beta1')
      assertSame([beta.apiVersion, beta.response.patch], ['admission.k8s.io/v1beta1', patch], 'response in v1beta1')
    },
  },
  windows: {
    right: 'a pod for Windows is skipped, with a reason',
    check: (given) => {
      const { decision, patch } = given.inject(given.pod)
      assertSame([decision.result, decision.reason, patch], ['skipped', 'windows', []], 'decision')
    },
  },
  'workload-ref-group': {
    right: 'fields that no schema has stay',
    check: (given) =>
      inBothModes(given, (pod) => {
        assertUntouched(pod, given.pod, 'app')
        assertSpecKept(pod, given.pod, 'schedulingGroup', 'evictionResponders', 'futureTop')
        assertKeptVolumes(pod, given.pod)
        const proxy = proxyOf(pod) as JsonObject
        assertSame(proxy['futureContainer'], { a: 0 }, 'futureContainer of the proxy')
        assertSame(lookup(proxy, 'resources', 'futureRes'), ['x'], 'futureRes of the proxy')
      }),
  },
  'ztunnel-waypoint-pods': {
    right: "Istio's own pods that refuse injection are no finding",
    check: (given) => {
      assertSame(given.findings(), [], 'findings')
      for (const pod of given.documents.filter((one) => one['kind'] === 'Pod'))
        assertSame(given.inject(pod).decision.reason, 'refused-by-label', 'reason')
    },
  },
}
