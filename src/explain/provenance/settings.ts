import type { Reason } from '../../injection/decide/reasons.ts'
import type { Injection } from '../../injection/model/injection.ts'
import { injectLabel } from '../../istio/names.ts'
import { annotation, annotationsOf, labelsOf } from '../../kubernetes/pod/access.ts'
import { parseBool } from '../../lang/go/bool.ts'
import { type Json, lookup, own } from '../../lang/json.ts'
import { fieldsSet, layeredField } from './proxy-config.ts'
import { annotationSource, type Inputs, imageTypeSources, nativeSidecarsSources, valueAt } from './sources.ts'
import { clusterSources, networkSources, probeRewriteSources } from './steps.ts'
import type { SettingOrigin, Source } from './types.ts'

/** A setting that code weighs rather than a template: the places where it can be made, from the one that counts downwards. */
interface Setting {
  readonly setting: string
  readonly value: (inputs: Inputs) => Json
  readonly sources: (inputs: Inputs) => readonly Source[]
  /** What holds where no place says anything; undefined: then there is nothing to tell. */
  readonly byDefault?: Source
  /** The annotation or label by which the pod's author can change it. */
  readonly changedBy?: Source
}

const interceptionMode = 'sidecar.istio.io/interceptionMode'
const nativeSidecar = 'sidecar.istio.io/nativeSidecar'
const mergeMetrics = 'prometheus.istio.io/merge-metrics'
const agentPort = 'status.sidecar.istio.io/port'

const settings: readonly Setting[] = [
  {
    setting: 'templates',
    value: ({ pod, snapshot }) => annotation(pod, 'inject.istio.io/templates') ?? snapshot.defaultTemplates.join(','),
    sources: ({ pod, snapshot }) => [
      ...annotated(pod, 'inject.istio.io/templates'),
      { kind: 'config', name: 'defaultTemplates', value: snapshot.defaultTemplates },
    ],
    changedBy: annotationSource('inject.istio.io/templates'),
  },
  {
    setting: 'revision',
    value: ({ snapshot }) => snapshot.revision || 'default',
    sources: ({ snapshot }) =>
      snapshot.revision === '' ? [] : [{ kind: 'setting', name: 'revision', value: snapshot.revision }],
  },
  {
    setting: 'nativeSidecars',
    value: (inputs) => {
      const own = annotation(inputs.pod, nativeSidecar) ?? ''
      return own === '' ? inputs.prepared.inputs.nativeSidecars : own !== 'false'
    },
    sources: (inputs) => [
      ...annotated(inputs.pod, nativeSidecar).filter(({ value }) => value !== ''),
      ...nativeSidecarsSources(inputs).toReversed(),
    ],
    changedBy: annotationSource(nativeSidecar),
  },
  {
    setting: 'holdApplicationUntilProxyStarts',
    value: ({ prepared }) => prepared.hold,
    sources: holdSources,
    byDefault: { kind: 'default', name: 'holdApplicationUntilProxyStarts' },
    changedBy: { kind: 'annotation', name: 'proxy.istio.io/config', field: 'holdApplicationUntilProxyStarts' },
  },
  {
    setting: 'interceptionMode',
    value: ({ pod, prepared }) =>
      annotation(pod, interceptionMode) ?? prepared.proxyConfig.interceptionMode ?? 'REDIRECT',
    sources: ({ pod, layers }) => [...annotated(pod, interceptionMode), ...ofLayers(layers, 'interceptionMode')],
    byDefault: { kind: 'default', name: 'ProxyConfig interceptionMode' },
    changedBy: annotationSource(interceptionMode),
  },
  {
    setting: 'image type',
    value: (inputs) => imageTypeSources('proxy', inputs).set[0]?.value ?? '',
    sources: (inputs) => imageTypeSources('proxy', inputs).set,
    changedBy: annotationSource('sidecar.istio.io/proxyImageType'),
  },
  {
    setting: 'rewrite probes',
    value: ({ pod, snapshot }) =>
      parseBool(annotation(pod, 'sidecar.istio.io/rewriteAppHTTPProbers') ?? '') ??
      lookup(snapshot.values, 'sidecarInjectorWebhook', 'rewriteAppHTTPProbe') === true,
    sources: ({ pod, snapshot }) =>
      probeRewriteSources({ pod, snapshot }).filter(
        ({ kind, value }) => kind !== 'annotation' || parseBool(String(value)) !== undefined,
      ),
    byDefault: { kind: 'default', name: 'rewriteAppHTTPProbe' },
    changedBy: annotationSource('sidecar.istio.io/rewriteAppHTTPProbers'),
  },
  {
    setting: 'agent port',
    value: ({ pod, snapshot }) => Number(annotation(pod, agentPort)?.trim() || snapshot.mesh.defaultConfig.statusPort),
    sources: (inputs) => [
      ...annotated(inputs.pod, agentPort).filter(({ value }) => String(value).trim() !== ''),
      ...ofLayers(
        inputs.layers.filter(({ origin }) => origin === 'mesh'),
        'statusPort',
      ),
    ],
    byDefault: { kind: 'default', name: 'ProxyConfig statusPort' },
    changedBy: annotationSource(agentPort),
  },
  {
    setting: 'merge metrics',
    value: ({ pod, snapshot }) => parseBool(annotation(pod, mergeMetrics) ?? '') ?? snapshot.mesh.enablePrometheusMerge,
    sources: ({ pod, snapshot }) => [
      ...annotated(pod, mergeMetrics),
      ...(snapshot.mesh.enablePrometheusMerge
        ? []
        : [{ kind: 'mesh', name: 'enablePrometheusMerge', value: false } as const]),
    ],
    byDefault: { kind: 'default', name: 'MeshConfig enablePrometheusMerge' },
    changedBy: annotationSource(mergeMetrics),
  },
  {
    setting: 'cluster',
    value: ({ prepared }) => prepared.environment['ISTIO_META_CLUSTER_ID'] ?? '',
    sources: (inputs) => clusterSources('ISTIO_META_CLUSTER_ID', inputs),
  },
  {
    setting: 'network',
    value: ({ prepared }) => prepared.environment['ISTIO_META_NETWORK'] ?? '',
    sources: networkSources,
  },
  {
    setting: 'compliance policy',
    value: ({ snapshot }) => snapshot.compliancePolicy,
    sources: ({ snapshot }) =>
      snapshot.compliancePolicy === ''
        ? []
        : [{ kind: 'setting', name: 'compliancePolicy', value: snapshot.compliancePolicy }],
  },
]

/** The settings that are not a template's: what each is, who said so, and what that beat. */
export function settingOrigins(inputs: Inputs): readonly SettingOrigin[] {
  const weighed = settings.flatMap(({ setting, value, sources, byDefault, changedBy }): readonly SettingOrigin[] => {
    const [from = byDefault, ...lost] = sources(inputs)
    if (from === undefined) return []
    const isOwn = changedBy !== undefined && from.kind === changedBy.kind && from.name === changedBy.name
    return [{ setting, value: value(inputs), from, lost, unset: changedBy === undefined || isOwn ? [] : [changedBy] }]
  })
  return [...weighed, ...proxyConfigOrigins(inputs)]
}

/** Every field of the pod's ProxyConfig that somebody set. */
function proxyConfigOrigins({ layers }: Inputs): readonly SettingOrigin[] {
  const weighed: ReadonlySet<string> = new Set(['interceptionMode', 'holdApplicationUntilProxyStarts'])
  return fieldsSet(layers).flatMap((path): readonly SettingOrigin[] => {
    const { won, lost } = layeredField(layers, path)
    if (won === undefined || weighed.has(path[0] ?? '')) return []
    const setting = `ProxyConfig ${path.join('.')}`
    return [
      { setting, value: won.value ?? null, from: won, lost: lost.filter(({ kind }) => kind !== 'default'), unset: [] },
    ]
  })
}

/** Whether the pod is injected: what was asked for, from what counts downwards. */
export function decisionOrigin(
  pod: Inputs['pod'],
  namespace: string,
  { decision }: Injection,
  snapshot: Inputs['snapshot'],
): SettingOrigin {
  const label = own(labelsOf(pod), injectLabel)
  const annotated = own(annotationsOf(pod), injectLabel)
  const candidates: readonly (Source & { readonly reasons: readonly Reason[] })[] = [
    { kind: 'pod', name: 'spec.hostNetwork', value: pod.spec?.hostNetwork ?? false, reasons: ['host-network'] },
    { kind: 'pod', name: 'metadata.namespace', value: namespace, reasons: ['system-namespace'] },
    { kind: 'annotation', name: 'kubernetes.io/config.mirror', reasons: ['mirror-pod'] },
    {
      kind: 'label',
      name: injectLabel,
      ...(label === undefined ? {} : { value: label }),
      reasons: ['requested-by-label', 'refused-by-label'],
    },
    {
      kind: 'annotation',
      name: injectLabel,
      ...(annotated === undefined ? {} : { value: annotated }),
      reasons: ['requested-by-annotation', 'refused-by-annotation'],
    },
    { kind: 'config', name: 'neverInjectSelector', reasons: ['never-inject-selector'] },
    { kind: 'config', name: 'alwaysInjectSelector', reasons: ['always-inject-selector'] },
    {
      kind: 'config',
      name: 'policy',
      value: snapshot.policy,
      reasons: ['policy-enabled', 'policy-disabled', 'policy-unknown'],
    },
  ]
  const at = candidates.findIndex(({ reasons }) => reasons.includes(decision.reason))
  const { reasons: _, ...from } = candidates[at] ?? { kind: 'pod' as const, name: 'metadata.annotations', reasons: [] }
  const lost = candidates
    .slice(at < 0 ? candidates.length : at + 1)
    .filter(({ name, value }) => (name === injectLabel && value !== undefined) || name === 'policy')
    .map(({ reasons: _reasons, ...source }) => source)
  const unset: readonly Source[] = label === undefined ? [{ kind: 'label', name: injectLabel }] : []
  return { setting: 'injection', value: decision.result, from, lost, unset }
}

/** The mesh's defaultConfig with the annotation on top, or the values: one that says yes is enough. */
function holdSources({ layers, snapshot, prepared }: Inputs): readonly Source[] {
  const asked = ofLayers(
    layers.filter(({ origin }) => origin === 'mesh' || origin === 'annotation'),
    'holdApplicationUntilProxyStarts',
  )
  const values = valueAt(['global', 'proxy', 'holdApplicationUntilProxyStarts'], snapshot).set
  const [first] = asked
  // A no gives way to the values' yes.
  return prepared.hold && first?.value !== true ? [...values, ...asked] : [...asked, ...values]
}

function ofLayers(layers: Inputs['layers'], field: string): readonly Source[] {
  const { won, lost } = layeredField(layers, [field])
  return [...(won === undefined ? [] : [won]), ...lost].filter(({ kind }) => kind !== 'default')
}

function annotated(pod: Inputs['pod'], name: string): readonly Source[] {
  const value = annotation(pod, name)
  return value === undefined ? [] : [annotationSource(name, value)]
}
