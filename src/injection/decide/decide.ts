import { injectLabel, systemNamespaces } from '../../istio/names.ts'
import { annotationsOf, labelsOf } from '../../kubernetes/pod/access.ts'
import type { Pod } from '../../kubernetes/pod/types.ts'
import { isEmptySelector, type LabelSelector, selects } from '../../kubernetes/selector.ts'
import { own, type StringMap } from '../../lang/json.ts'
import type { Reason } from './reasons.ts'

/** What of the configuration the decision depends on. */
export interface DecisionSettings {
  readonly policy: string
  readonly neverInjectSelector: readonly LabelSelector[]
  readonly alwaysInjectSelector: readonly LabelSelector[]
}

/** Should this pod be injected? The reason says both the result and why; the first rule that applies decides. */
export function decide(
  pod: Pod,
  namespace: string,
  settings: DecisionSettings,
): { readonly reason: Reason; readonly warning?: string } {
  if (pod.spec?.hostNetwork === true) return { reason: 'host-network' }
  if (systemNamespaces.has(namespace)) return { reason: 'system-namespace' }
  if (own(annotationsOf(pod), 'kubernetes.io/config.mirror') !== undefined) return { reason: 'mirror-pod' }
  if (settings.policy !== 'enabled' && settings.policy !== 'disabled') return { reason: 'policy-unknown' }

  const label = own(labelsOf(pod), injectLabel)
  const value = label ?? own(annotationsOf(pod), injectLabel) ?? ''
  const source = label === undefined ? 'annotation' : 'label'
  if (value === 'true') return { reason: `requested-by-${source}` }
  if (value === 'false') return { reason: `refused-by-${source}` }
  const reason = byConfiguration(labelsOf(pod), settings)
  if (value === '') return { reason }
  return {
    reason,
    warning: `the ${source} ${injectLabel} is ${JSON.stringify(value)}: only "true" and "false" mean something, it was ignored`,
  }
}

function byConfiguration(labels: StringMap, settings: DecisionSettings): Reason {
  if (matchesAny(settings.neverInjectSelector, labels)) return 'never-inject-selector'
  if (matchesAny(settings.alwaysInjectSelector, labels)) return 'always-inject-selector'
  return settings.policy === 'enabled' ? 'policy-enabled' : 'policy-disabled'
}

function matchesAny(selectors: readonly LabelSelector[], labels: StringMap): boolean {
  return selectors.some((selector) => !isEmptySelector(selector) && selects(selector, labels))
}
