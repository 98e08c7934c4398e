import { injectLabel, systemNamespaces } from '../../istio/names.ts'
import { annotation, labelsOf } from '../../kubernetes/pod/access.ts'
import type { Pod } from '../../kubernetes/pod/types.ts'
import { windowsField } from '../../kubernetes/pod/windows.ts'
import { isEmptySelector, type LabelSelector, selects } from '../../kubernetes/selector.ts'
import { own } from '../../lang/json.ts'
import type { Reason } from '../model/reasons.ts'
import { type Candidate, resolver } from '../model/resolver.ts'
import { annotationSources, labelSources, type Source } from '../model/source.ts'

/** The part of the configuration that the decision depends on. */
export interface DecisionSettings {
  readonly policy: string
  readonly neverInjectSelector: readonly LabelSelector[]
  readonly alwaysInjectSelector: readonly LabelSelector[]
}

export interface DecisionSubject {
  readonly pod: Pod
  readonly namespace: string
  readonly snapshot: DecisionSettings
}

type Rule = Candidate<Reason, DecisionSubject>

/** A rule that has its reason as value, and its source, only if it applies. */
function rule(
  reason: Reason,
  applies: (subject: DecisionSubject) => boolean,
  source: (s: DecisionSubject) => Source,
): Rule {
  return {
    value: (subject) => (applies(subject) ? reason : undefined),
    sources: (subject) => (applies(subject) ? [source(subject)] : []),
  }
}

const mirror = 'kubernetes.io/config.mirror'
const labelOf = ({ pod }: DecisionSubject) => own(labelsOf(pod), injectLabel)
const policyOf = ({ snapshot: { policy } }: DecisionSubject): Source => ({
  kind: 'config',
  name: 'policy',
  value: policy,
})

function selector(reason: Reason, name: 'neverInjectSelector' | 'alwaysInjectSelector'): Rule {
  const applies = ({ pod, snapshot }: DecisionSubject) =>
    snapshot[name].some((one) => !isEmptySelector(one) && selects(one, labelsOf(pod)))
  return rule(reason, applies, () => ({ kind: 'config', name }))
}

/** Whether a pod is injected, and the reason: the first rule that applies decides. */
export const decision = resolver<Reason, DecisionSubject>(
  [
    rule(
      'host-network',
      ({ pod }) => pod.spec?.hostNetwork === true,
      () => ({ kind: 'pod', name: 'spec.hostNetwork', value: true }),
    ),
    {
      value: ({ pod }) => (windowsField(pod) === undefined ? undefined : 'windows'),
      sources: ({ pod }) => {
        const found = windowsField(pod)
        if (found === undefined) return []
        const { field, value } = found
        return [{ kind: 'pod', name: field, ...(value !== undefined && { value }) }]
      },
    },
    rule(
      'system-namespace',
      ({ namespace }) => systemNamespaces.has(namespace),
      ({ namespace }) => ({ kind: 'pod', name: 'metadata.namespace', value: namespace }),
    ),
    rule(
      'mirror-pod',
      ({ pod }) => annotation(pod, mirror) !== undefined,
      () => ({ kind: 'annotation', name: mirror }),
    ),
    rule('policy-unknown', ({ snapshot: { policy } }) => policy !== 'enabled' && policy !== 'disabled', policyOf),
    {
      value: (subject) => requested(labelOf(subject), 'label'),
      sources: ({ pod }) => labelSources(pod, injectLabel),
      setBy: { kind: 'label', name: injectLabel },
    },
    {
      // Any label, even with an invalid value, takes precedence over the annotation.
      value: (subject) =>
        labelOf(subject) === undefined ? requested(annotation(subject.pod, injectLabel), 'annotation') : undefined,
      sources: ({ pod }) => annotationSources(pod, injectLabel),
    },
    selector('never-inject-selector', 'neverInjectSelector'),
    selector('always-inject-selector', 'alwaysInjectSelector'),
  ],
  {
    value: ({ snapshot: { policy } }) => (policy === 'enabled' ? 'policy-enabled' : 'policy-disabled'),
    sources: (subject) => [policyOf(subject)],
  },
)

function requested(value: string | undefined, by: 'label' | 'annotation'): Reason | undefined {
  if (value === 'true') return `requested-by-${by}`
  return value === 'false' ? `refused-by-${by}` : undefined
}

/** The decision, with a warning if the pod's label or annotation has an invalid value. */
export function decide(
  pod: Pod,
  namespace: string,
  snapshot: DecisionSettings,
): { readonly reason: Reason; readonly warning?: string } {
  const subject = { pod, namespace, snapshot }
  const reason = decision.value(subject)
  if (byConfiguration[reason] === undefined) return { reason }
  const label = labelOf(subject)
  const value = label ?? annotation(pod, injectLabel) ?? ''
  if (value === '') return { reason }
  return {
    reason,
    warning: `the ${label === undefined ? 'annotation' : 'label'} ${injectLabel} is ${JSON.stringify(value)}: it was ignored, only "true" and "false" are valid`,
  }
}

/** The reasons of rules that apply if the pod requests nothing. */
const byConfiguration: { readonly [R in Reason]?: true } = {
  'never-inject-selector': true,
  'always-inject-selector': true,
  'policy-enabled': true,
  'policy-disabled': true,
}
