import type { Snapshot } from '../../injection/model/snapshot.ts'
import { annotations as registry } from '../../istio/annotations/registry.ts'
import { createProxyConfigReader, type ProxyConfigReader } from '../../istio/mesh/proxy-config/layers.ts'
import { injectLabel, proxyConfigAnnotation } from '../../istio/names.ts'
import { parseBool } from '../../lang/go/bool.ts'
import { own } from '../../lang/json.ts'
import { quote } from '../../lang/text/path.ts'
import type { AnalyzedCluster } from '../cluster.ts'
import { isIstios } from '../istio-annotations.ts'
import type { Found, Rule } from '../rule.ts'
import { createMentions, templateNames } from '../templates.ts'
import { annotationPath, isInjected, isRunning, type Workload } from '../workload.ts'

/** What else decides whether a value has an effect. */
interface Circumstances {
  readonly workload: Workload
  readonly cluster: AnalyzedCluster
  readonly readProxyConfig: ProxyConfigReader
}

/** Why a value has no effect (the end of a sentence); undefined if it has one. */
type Ignored = (value: string, circumstances: Circumstances) => string | undefined

const isBoolean = (value: string) => value === 'true' || value === 'false' || value === ''

/** Annotations that have no effect with some values or in some circumstances. */
const ignored: readonly { readonly name: string; readonly why: Ignored }[] = [
  {
    name: injectLabel,
    why: (value, { workload }) => {
      const label = own(workload.labels, injectLabel)
      if (label !== undefined && label !== value)
        return `the label of the same name takes precedence, and is ${quote(label)}`
      return isBoolean(value) ? undefined : 'only "true" and "false" are valid'
    },
  },
  {
    name: 'sidecar.istio.io/nativeSidecar',
    why: (value) => (isBoolean(value) ? undefined : 'any value but "false" means "true"'),
  },
  {
    name: 'sidecar.istio.io/capNetBindService',
    why: (value) => (isBoolean(value) ? undefined : 'any value but "true" means "false"'),
  },
  {
    name: 'sidecar.istio.io/rewriteAppHTTPProbers',
    why: (value) => (value === '' || parseBool(value) !== undefined ? undefined : 'only true and false are valid'),
  },
  {
    name: 'sidecar.istio.io/proxyImage',
    why: (value) => (value.includes('/') ? undefined : 'it must be a full image name with a `/`'),
  },
  {
    name: 'sidecar.istio.io/proxyImageType',
    why: (_, { workload }) =>
      own(workload.annotations, 'sidecar.istio.io/proxyImage')?.includes('/') === true
        ? 'sidecar.istio.io/proxyImage sets the full image name'
        : undefined,
  },
  {
    name: proxyConfigAnnotation,
    why: (value, { workload, cluster, readProxyConfig }) =>
      cluster.hasNativeSidecar(workload) &&
      readProxyConfig(value).config.holdApplicationUntilProxyStarts === true &&
      Object.keys(readProxyConfig(value).config).length === 1
        ? 'the proxy is a native sidecar, so the application waits for it anyway'
        : undefined,
  },
  ...registry
    .filter(({ name }) => name.startsWith('traffic.sidecar.istio.io/'))
    .map(({ name }) => ({
      name,
      why: (_: string, { workload }: Circumstances) =>
        own(workload.annotations, 'sidecar.istio.io/interceptionMode') === 'NONE'
          ? 'sidecar.istio.io/interceptionMode is NONE, so no traffic is captured'
          : undefined,
    })),
]

// Templates get these as evaluated by the pipeline.
const forPipeline: ReadonlySet<string> = new Set([
  proxyConfigAnnotation,
  'sidecar.istio.io/proxyImageType',
  'status.sidecar.istio.io/port',
])

/** Annotations that only templates read. Others are read by kubectl, CNI plugins or the agent. */
const forTemplates = registry
  .filter(
    ({ name, inTemplate, deprecated }) =>
      inTemplate && deprecated === undefined && isIstios(name) && !forPipeline.has(name),
  )
  .map(({ name }) => name)

/** A rule about annotations that are valid but have no effect. */
export const ignoredValueRules: readonly Rule[] = [
  {
    code: 'OUT0009',
    severity: 'warning',
    title: 'Annotation that is ignored',
    what: 'An annotation of a pod has no effect: its templates do not read it, or something else takes precedence.',
    why: 'The pod author expects an effect that it does not have.',
    fix: 'remove it, or set a value that has an effect (see `docs/annotations.md`)',
    check: ignoredValues,
    example: {
      fails: `
apiVersion: v1
kind: Pod
metadata:
  name: gateway
  namespace: edge
  annotations:
    inject.istio.io/templates: gateway
    traffic.sidecar.istio.io/excludeInboundPorts: "9090"
spec:
  containers:
  - name: istio-proxy
    image: auto
`,
      object: 'Pod edge/gateway',
      path: 'metadata.annotations["traffic.sidecar.istio.io/excludeInboundPorts"]',
      passes: `
apiVersion: v1
kind: Pod
metadata:
  name: gateway
  namespace: edge
  annotations:
    inject.istio.io/templates: gateway
    sidecar.istio.io/logLevel: debug
spec:
  containers:
  - name: istio-proxy
    image: auto
`,
    },
  },
]

function* ignoredValues(cluster: AnalyzedCluster, snapshot: Snapshot): Iterable<Found> {
  const mentions = createMentions(snapshot)
  const readProxyConfig = createProxyConfigReader()
  for (const workload of cluster.workloads) {
    // Annotations that injection added to a running pod are not the author's.
    if (isRunning(workload) || !(isInjected(workload) || workload.injection.state === 'skipped')) continue
    const label = own(workload.labels, injectLabel) ?? ''
    if (!isBoolean(label)) {
      const path = [...workload.podPath, 'metadata', 'labels', injectLabel]
      const message = `the label ${injectLabel} is ${quote(label)}, but only "true" and "false" are valid`
      yield { object: workload.object, path, message }
    }
    for (const [annotation, why] of reasons(workload, { workload, cluster, readProxyConfig }, snapshot, mentions)) {
      const message = `${annotation} has no effect: ${why}`
      yield { object: workload.object, path: annotationPath(workload, annotation), message }
    }
  }
}

/** Each ignored annotation of a workload, with the reason. */
function reasons(
  { annotations }: Workload,
  circumstances: Circumstances,
  snapshot: Snapshot,
  mentions: ReturnType<typeof createMentions>,
): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const { name, why } of ignored) {
    const value = own(annotations, name)
    const reason = value === undefined ? undefined : why(value, circumstances)
    if (reason !== undefined) found.set(name, reason)
  }
  const templates = templateNames(circumstances.workload, snapshot)
  if (!isInjected(circumstances.workload)) return found
  for (const name of forTemplates) {
    if (own(annotations, name) === undefined || found.has(name)) continue
    if (templates.some((template) => mentions(template, name))) continue
    const which =
      templates.length === 1 ? `the template ${templates.join()} does` : `the templates ${templates.join(', ')} do`
    found.set(name, `${which} not read it`)
  }
  return found
}
