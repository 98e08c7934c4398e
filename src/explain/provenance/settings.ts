import { type DecisionSubject, decision } from '../../injection/decide/decide.ts'
import { metricsMerging } from '../../injection/finish/metrics.ts'
import { agentPort, probeRewriting } from '../../injection/finish/probe-settings.ts'
import type { DenialFault } from '../../injection/model/fault.ts'
import type { Injection } from '../../injection/model/injection.ts'
import type { Resolved } from '../../injection/model/resolver.ts'
import { annotationSources, isDefault, type Source } from '../../injection/model/source.ts'
import { cluster, network } from '../../injection/prepare/cluster-environment.ts'
import { holdApplication } from '../../injection/prepare/hold.ts'
import { imageType } from '../../injection/prepare/images.ts'
import { compliancePolicy, revision } from '../../injection/prepare/installation.ts'
import { interceptionMode } from '../../injection/prepare/interception-mode.ts'
import { nativeProxy, nativeSidecars } from '../../injection/prepare/native-sidecars.ts'
import { proxyConfigFields, proxyConfigSources } from '../../injection/prepare/proxy-configs.ts'
import { templateNames } from '../../injection/prepare/templates.ts'
import type { StepName } from '../../injection/steps.ts'
import { istiodVariables } from '../../istio/istiod/variables.ts'
import { type Json, lookup } from '../../lang/json.ts'
import { formatPath } from '../../lang/text/path.ts'
import type { Inputs } from './sources.ts'
import type { SettingOrigin } from './types.ts'

/** A setting that code evaluates rather than a template. */
interface Setting {
  readonly setting: string
  readonly resolve: (inputs: Inputs) => Resolved<Json>
  /** Left out if it has its default. */
  readonly onlyIfSet?: true
}

const settings: readonly Setting[] = [
  {
    setting: 'templates',
    resolve: ({ subject }) => {
      const resolved = templateNames.resolve(subject)
      return { ...resolved, value: resolved.value.join(',') }
    },
  },
  { setting: 'revision', resolve: ({ subject }) => revision.resolve(subject), onlyIfSet: true },
  {
    setting: 'nativeSidecars',
    // The annotation takes effect only in templates that read it.
    resolve: ({ subject, reads }) =>
      (reads({ kind: 'annotation', name: 'sidecar.istio.io/nativeSidecar' }) ? nativeProxy : nativeSidecars).resolve(
        subject,
      ),
  },
  { setting: 'holdApplicationUntilProxyStarts', resolve: ({ subject }) => holdApplication.resolve(subject) },
  { setting: 'interceptionMode', resolve: ({ subject }) => interceptionMode.resolve(subject) },
  { setting: 'image type', resolve: ({ subject }) => imageType.proxy.resolve(subject), onlyIfSet: true },
  { setting: 'rewrite probes', resolve: (inputs) => probeRewriting.resolve(at('probes', inputs)) },
  { setting: 'agent port', resolve: (inputs) => agentPort.resolve(at('probes', inputs)) },
  { setting: 'merge metrics', resolve: (inputs) => metricsMerging.resolve(at('metrics', inputs)) },
  { setting: 'cluster', resolve: ({ subject }) => cluster.resolve(subject), onlyIfSet: true },
  { setting: 'network', resolve: ({ subject }) => network.resolve(subject), onlyIfSet: true },
  { setting: 'compliance policy', resolve: ({ subject }) => compliancePolicy.resolve(subject), onlyIfSet: true },
  ...(['platform', 'sharedMesh', 'inboundPassthrough', 'legacyFsGroup'] as const).map(
    (key): Setting => ({
      setting: istiodVariables[key].title,
      resolve: ({ subject }) => ({ ...subject.snapshot.settingSources[key], unset: [] }),
      onlyIfSet: true,
    }),
  ),
]

/** The input of a step's settings. */
export function at(step: StepName, { takenBy, subject }: Inputs) {
  return { pod: takenBy(step), snapshot: subject.snapshot }
}

/** The settings that code evaluates: value, source, and overridden sources. */
export function settingOrigins(inputs: Inputs): readonly SettingOrigin[] {
  const resolved = settings.flatMap(({ setting, resolve, onlyIfSet }): readonly SettingOrigin[] => {
    const origin = resolve(inputs)
    return onlyIfSet && isDefault(origin.from) ? [] : [{ setting, ...origin }]
  })
  return [...resolved, ...proxyConfigOrigins(inputs)]
}

/** Fields of the ProxyConfig that are settings above. */
const decidedAbove: ReadonlySet<string> = new Set(['interceptionMode', 'holdApplicationUntilProxyStarts'])

/** Every field of the pod's ProxyConfig that is set. */
function proxyConfigOrigins({ subject }: Inputs): readonly SettingOrigin[] {
  return proxyConfigFields(subject).flatMap((path): readonly SettingOrigin[] => {
    const value = lookup(subject.proxyConfig, ...path)
    const [from, ...lost] = proxyConfigSources(subject, path)
    if (value === undefined || from === undefined || decidedAbove.has(path[0] ?? '')) return []
    const others = lost.filter(({ kind }) => kind !== 'default')
    return [{ setting: `ProxyConfig ${path.join('.')}`, value, from, lost: others, unset: [] }]
  })
}

/** Whether the pod is injected: the rule that decided, and what it overrode. */
export function decisionOrigin(subject: DecisionSubject, { decision: { result, faults } }: Injection): SettingOrigin {
  const { from, lost, unset } = decision.resolve(subject)
  const [fault] = faults
  return fault === undefined
    ? { setting: 'injection', value: result, from, lost, unset }
    : { setting: 'injection', value: result, from: deniedBy(fault, subject), lost: [from, ...lost], unset }
}

/** The source that denied a pod. */
function deniedBy(fault: DenialFault, { pod }: DecisionSubject): Source {
  if (fault.code === 'annotation-policy') return { kind: 'config', name: 'annotationPolicy' }
  if (!('annotation' in fault)) return { kind: 'pod', name: formatPath(fault.path) }
  const [annotation] = annotationSources(pod, fault.annotation)
  return annotation ?? { kind: 'pod', name: 'metadata.annotations' }
}
