/** The result of a decision. */
export type Result = 'injected' | 'skipped' | 'denied'

/** A reason. `change` describes, in the imperative, the one edit that leads to another result. */
interface ReasonEntry {
  readonly result: Result
  readonly text: string
  readonly change: string
}

const byLabel = 'set the label sidecar.istio.io/inject: "true" on the pod'
const keepOut = 'set the label sidecar.istio.io/inject: "false" on the pod to keep it out'
const rules = "limit the webhook's rules to the operation CREATE of pods"

/**
 * The stable reason codes in logs, metrics, audit annotations, the command line and tests, each with its sentence. A new reason
 * is a new entry here and nowhere else.
 */
export const reasons = {
  'policy-enabled': { result: 'injected', text: 'the injection policy is enabled', change: keepOut },
  'requested-by-label': {
    result: 'injected',
    text: 'the label sidecar.istio.io/inject is "true"',
    change: 'set the label sidecar.istio.io/inject to "false" to keep the pod out',
  },
  'requested-by-annotation': {
    result: 'injected',
    text: 'the annotation sidecar.istio.io/inject is "true"',
    change: keepOut,
  },
  'always-inject-selector': { result: 'injected', text: 'the pod matches alwaysInjectSelector', change: keepOut },
  'host-network': {
    result: 'skipped',
    text: 'the pod uses the host network, whose routing a sidecar would change',
    change: 'remove spec.hostNetwork from the pod',
  },
  windows: {
    result: 'skipped',
    text: 'the pod runs on Windows nodes, for which there is no proxy',
    change: 'run the pod on Linux nodes',
  },
  'system-namespace': {
    result: 'skipped',
    text: 'pods of this system namespace are never injected',
    change: 'create the pod in a namespace of its own',
  },
  'mirror-pod': {
    result: 'skipped',
    text: 'it is the mirror pod of a static pod, which cannot be changed',
    change: 'create it through the API server instead of a kubelet manifest',
  },
  'refused-by-label': {
    result: 'skipped',
    text: 'the label sidecar.istio.io/inject is "false"',
    change: 'set the label sidecar.istio.io/inject to "true" on the pod',
  },
  'refused-by-annotation': {
    result: 'skipped',
    text: 'the annotation sidecar.istio.io/inject is "false"',
    change: `${byLabel}, which takes precedence over the annotation`,
  },
  'never-inject-selector': {
    result: 'skipped',
    text: 'the pod matches neverInjectSelector',
    change: `${byLabel}, which takes precedence over the selector`,
  },
  'policy-disabled': {
    result: 'skipped',
    text: 'the injection policy is disabled and the pod does not request injection',
    change: byLabel,
  },
  'policy-unknown': {
    result: 'skipped',
    text: 'the injection policy is neither enabled nor disabled',
    change: 'set policy: enabled in the injector configuration',
  },
  'not-create': {
    result: 'skipped',
    text: 'only the creation of pods is injected: check the rules of the webhook',
    change: rules,
  },
  'sub-resource': {
    result: 'skipped',
    text: 'sub-resources of pods are not injected: check the rules of the webhook',
    change: rules,
  },
  'not-a-pod': {
    result: 'skipped',
    text: 'the object is not a Pod: check the rules of the webhook',
    change: rules,
  },
  'invalid-annotation': {
    result: 'denied',
    text: 'an annotation of the pod has an invalid value',
    change: 'correct or remove the annotation named above',
  },
  'unknown-template': {
    result: 'denied',
    text: 'the pod names an unknown template',
    change: 'name a known template in the annotation inject.istio.io/templates, or remove it',
  },
  'unusable-template': {
    result: 'denied',
    text: 'the pod names a template that cannot be rendered for it',
    change: 'remove the annotation inject.istio.io/templates, or name another template in it',
  },
  'invalid-pod': {
    result: 'denied',
    text: 'the pod cannot be injected as it is written',
    change: 'correct the fields named above',
  },
  'invalid-injected-pod': {
    result: 'denied',
    text: 'Kubernetes would refuse the injected pod',
    change: 'correct what the message names',
  },
  'annotation-policy': {
    result: 'denied',
    text: "the platform's annotation policy forbids an annotation of the pod",
    change: 'remove the annotation named above, or ask the platform team to allow it',
  },
} as const satisfies Record<string, ReasonEntry>

export type Reason = keyof typeof reasons
