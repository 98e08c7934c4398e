import { pathSettings } from '../../injection/prepare/path-settings.ts'
import type { StepName } from '../../injection/steps.ts'
import { defaultProxyConfig } from '../../istio/mesh/proxy-config/proxy-config.ts'
import { hashAnnotation, networkLabel, overridesAnnotation, proxyName, statusAnnotation } from '../../istio/names.ts'
import { annotation, annotationsOf, labelsOf } from '../../kubernetes/pod/access.ts'
import { type Json, own } from '../../lang/json.ts'
import type { KeyedPath } from './keyed.ts'
import { annotationSource, type Inputs, valueAt } from './sources.ts'
import type { FieldOrigin, Source } from './types.ts'

/** The steps after the merge of the templates. */
type FurtherStep = Exclude<StepName, 'prepare' | 'native-proxy' | 'template'>

/** What a step says of a field that it set. */
export type StepOrigin = Pick<FieldOrigin, 'by' | 'from' | 'lost'>

/** Why a step behind the templates set a field, and what it made it of. */
export function originOfStep(step: FurtherStep, path: KeyedPath, inputs: Inputs): StepOrigin {
  return steps[step](path, inputs)
}

type Steps = { readonly [S in FurtherStep]: (path: KeyedPath, inputs: Inputs) => StepOrigin }

function made(
  step: FurtherStep,
  why: string,
  from: readonly (Source | undefined)[] = [],
  lost: readonly Source[] = [],
): StepOrigin {
  return { by: { kind: 'step', step, why }, from: from.filter((one) => one !== undefined), lost }
}

const steps: Steps = {
  overrides: (path, { prepared }) => {
    const [root, list = '', container = ''] = path
    if (root === 'metadata') return made('overrides', "it remembers the pod's own fields for a later injection")
    const stored = [...prepared.earlier.overrides.containers, ...prepared.earlier.overrides.initContainers]
    if (stored.some(({ name }) => name === container)) {
      const source = annotationSource(overridesAnnotation)
      return {
        by: { kind: 'pod', why: `its own ${container}, as ${overridesAnnotation} remembers it` },
        from: [source],
        lost: [],
      }
    }
    return {
      by: { kind: 'pod', why: `its own container ${container} wins over the template's` },
      from: [{ kind: 'pod', name: `spec.${list}[${container}]` }],
      lost: [],
    }
  },
  'proxy-user': () =>
    made('proxy-user', "the pod chose the proxy's user, and the capture of traffic has to know it", [
      { kind: 'pod', name: `spec.containers[${proxyName}].securityContext` },
    ]),
  'cluster-environment': (path, inputs) => {
    const at = path.indexOf('env')
    const name = path[at + 1] ?? ''
    const [from, ...lost] = clusterSources(name, inputs)
    return made('cluster-environment', 'the cluster tells the proxy', [from], lost)
  },
  metrics: (path, { pod, snapshot }) => {
    const annotations = annotationsOf(pod)
    const asked = Object.keys(annotations).filter((name) => /^prometheus[._]/.test(name))
    const status = statusPortSource(snapshot)
    return path[0] === 'metadata'
      ? made('metrics', 'Prometheus asks the agent', [status])
      : made(
          'metrics',
          "the agent is told where the application's metrics are",
          asked.map((name) => annotationSource(name, annotations[name])),
        )
  },
  'secure-port': () =>
    made('secure-port', 'the proxy serves merged metrics over mutual TLS', [
      { kind: 'pod', name: `spec.containers[${proxyName}].env[ENVOY_SECURE_MERGED_METRICS_PORT]` },
    ]),
  probes: (path, inputs) => {
    const [asked] = probeRewriteSources(inputs)
    return path.includes('env')
      ? made('probes', "the agent is told the application's own probes", [asked])
      : made('probes', 'the kubelet asks the agent, which asks the application', [asked])
  },
  stamp: (path, { snapshot, pod, path: webhookPath }) => {
    const [, field, name = ''] = path
    if (field === 'labels' && name === networkLabel) {
      const inputs = { pod, snapshot, path: webhookPath }
      const [from, ...lost] = networkSources(inputs)
      return made('stamp', 'the network of the pod, as its proxy is told', [from], lost)
    }
    if (own(snapshot.injectedAnnotations, name) !== undefined)
      return made('stamp', 'the configuration adds it to every injected pod', [
        { kind: 'config', name: `injectedAnnotations.${name}` },
      ])
    if (name === hashAnnotation)
      return made('stamp', 'it says by which configuration', [{ kind: 'setting', name: 'stampHash', value: true }])
    if (name === statusAnnotation) return made('stamp', 'it records what was injected')
    return made('stamp', 'the injection is recorded')
  },
  order: () => made('order', 'containers are put in order'),
}

/** The status port is the mesh's, whatever annotations and values say. */
function statusPortSource({ mesh }: Inputs['snapshot']): Source {
  const value = mesh.defaultConfig.statusPort
  return value === defaultProxyConfig.statusPort
    ? { kind: 'default', name: 'ProxyConfig statusPort', value }
    : { kind: 'mesh', name: 'defaultConfig.statusPort', value }
}

/** What sets a variable of the cluster, from the one that counts downwards. */
export function clusterSources(name: string, inputs: Pick<Inputs, 'pod' | 'snapshot' | 'path'>): readonly Source[] {
  if (name === 'ISTIO_META_NETWORK') return networkSources(inputs)
  const fromPath = pathSource(name, inputs.path)
  if (name !== 'ISTIO_META_CLUSTER_ID') return fromPath
  return [
    ...fromPath.filter(({ value }) => value !== ''),
    ...valueAt(['global', 'multiCluster', 'clusterName'], inputs.snapshot).set,
  ]
}

/** The pod's label, where it is there, even empty; else the path, else the values. */
export function networkSources({ pod, snapshot, path }: Pick<Inputs, 'pod' | 'snapshot' | 'path'>): readonly Source[] {
  const label = own(labelsOf(pod), networkLabel)
  return [
    ...(label === undefined ? [] : [{ kind: 'label', name: networkLabel, value: label } as const]),
    ...pathSource('ISTIO_META_NETWORK', path).filter(({ value }) => value !== ''),
    ...valueAt(['global', 'network'], snapshot).set,
  ]
}

function pathSource(name: string, path: string): readonly Source[] {
  const value: Json | undefined = own(pathSettings(path).environment, name)
  return value === undefined ? [] : [{ kind: 'path', name, value }]
}

/** What says whether probes are rewritten, from the one that counts downwards. */
export function probeRewriteSources({ pod, snapshot }: Pick<Inputs, 'pod' | 'snapshot'>): readonly Source[] {
  const name = 'sidecar.istio.io/rewriteAppHTTPProbers'
  const annotated = annotation(pod, name)
  const values = valueAt(['sidecarInjectorWebhook', 'rewriteAppHTTPProbe'], snapshot).set
  return [...(annotated === undefined ? [] : [annotationSource(name, annotated)]), ...values]
}
