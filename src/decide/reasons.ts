/** What can become of a pod. */
export type Result = 'injected' | 'skipped' | 'denied'

/**
 * Why: the stable codes that logs, metrics, audit annotations, the command line and the tests share, each with the
 * sentence that explains it. A new outcome is a new entry here and nowhere else.
 */
export const reasons = {
  'policy-enabled': { result: 'injected', text: 'the injection policy is enabled' },
  'requested-by-label': { result: 'injected', text: 'the label sidecar.istio.io/inject is "true"' },
  'requested-by-annotation': { result: 'injected', text: 'the annotation sidecar.istio.io/inject is "true"' },
  'always-inject-selector': { result: 'injected', text: 'the pod matches alwaysInjectSelector' },
  'host-network': { result: 'skipped', text: 'the pod uses the host network, whose routing a sidecar would change' },
  'system-namespace': { result: 'skipped', text: 'pods of this system namespace are never injected' },
  'mirror-pod': { result: 'skipped', text: 'it is the mirror of a static pod, which cannot be changed' },
  'refused-by-label': { result: 'skipped', text: 'the label sidecar.istio.io/inject is "false"' },
  'refused-by-annotation': { result: 'skipped', text: 'the annotation sidecar.istio.io/inject is "false"' },
  'never-inject-selector': { result: 'skipped', text: 'the pod matches neverInjectSelector' },
  'policy-disabled': {
    result: 'skipped',
    text: 'the injection policy is disabled and the pod does not ask for injection',
  },
  'policy-unknown': { result: 'skipped', text: 'the injection policy is neither enabled nor disabled' },
  'not-create': { result: 'skipped', text: 'only the creation of pods is injected: check the rules of the webhook' },
  'sub-resource': { result: 'skipped', text: 'sub-resources of pods are not injected: check the rules of the webhook' },
  'not-a-pod': { result: 'skipped', text: 'the object is not a Pod: check the rules of the webhook' },
  'invalid-annotation': { result: 'denied', text: 'an annotation of the pod has a value that cannot be used' },
  'unknown-template': { result: 'denied', text: 'the pod asks for a template that the injector does not have' },
  'invalid-pod': { result: 'denied', text: 'the pod cannot be injected as it is written' },
  'annotation-policy': { result: 'denied', text: "the platform's annotation policy forbids an annotation of the pod" },
} as const satisfies Record<string, { readonly result: Result; readonly text: string }>

export type Reason = keyof typeof reasons
