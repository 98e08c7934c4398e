import { systemNamespaces } from '../../istio/names.ts'
import { revisionOf, tagOf } from '../../istio/revisions/configuration.ts'
import { labelsOfNamespace } from '../../istio/revisions/match.ts'
import { injectionLabel, revisionLabel } from '../../istio/revisions/names.ts'
import { readSelector, selects } from '../../kubernetes/selector.ts'
import { lookupString, own } from '../../lang/json.ts'
import { knownNames } from '../../lang/text/nearest.ts'
import { quote } from '../../lang/text/path.ts'
import type { AnalyzedCluster, AnalyzedNamespace } from '../cluster.ts'
import type { Rule } from '../rule.ts'
import { isInjected } from '../workload.ts'

const dataplaneMode = 'istio.io/dataplane-mode'
const labelPath = (name: string) => ['metadata', 'labels', name]

/** Rules about the labels of namespaces. */
export const namespaceRules: readonly Rule[] = [
  {
    code: 'IST0102',
    severity: 'info',
    title: 'Namespace not labelled for injection',
    what: 'A namespace has no label that says whether its pods are injected, and its pods are not.',
    why: 'Nobody can tell whether it was left out of the mesh or forgotten.',
    fix: 'label it `istio-injection=enabled` or `istio.io/rev=REVISION`, or `istio-injection=disabled` to say that it is meant so',
    *check(cluster, { mesh, values }) {
      const installed = new Set([mesh.rootNamespace, lookupString(values, 'global', 'istioNamespace'), 'istio-system'])
      for (const namespace of cluster.namespaces.values()) {
        const { name, labels, object } = namespace
        if (systemNamespaces.has(name) || installed.has(name) || namespace.isInjected) continue
        if ([injectionLabel, revisionLabel, dataplaneMode].some((label) => own(labels, label) !== undefined)) continue
        if (asksItself(cluster, namespace)) continue
        yield {
          object,
          path: ['metadata', 'labels'],
          message: `the namespace says neither with ${injectionLabel} nor with ${revisionLabel} whether its pods are injected`,
        }
      }
    },
    example: {
      fails: `
apiVersion: v1
kind: Namespace
metadata:
  name: shop
`,
      object: 'Namespace shop',
      path: 'metadata.labels',
      passes: `
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels:
    istio-injection: enabled
`,
    },
  },
  {
    code: 'IST0123',
    severity: 'warning',
    title: 'Two injection labels',
    what: 'A namespace has both `istio-injection` and `istio.io/rev`.',
    why: '`istio-injection` wins and the revision is not looked at, whatever an upgrade by revision intends.',
    fix: 'remove `istio-injection`, so that the revision counts',
    precheck: true,
    *check({ namespaces }) {
      for (const { object, labels } of namespaces.values()) {
        const injection = own(labels, injectionLabel)
        const revision = own(labels, revisionLabel)
        if (injection === undefined || revision === undefined) continue
        yield {
          object,
          path: labelPath(injectionLabel),
          message: `${injectionLabel}=${injection} wins over ${revisionLabel}=${revision}, which has no effect`,
        }
      }
    },
    example: {
      fails: `
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels:
    istio-injection: enabled
    istio.io/rev: 1-27
`,
      object: 'Namespace shop',
      path: 'metadata.labels.istio-injection',
      passes: `
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels:
    istio.io/rev: 1-27
`,
    },
  },
  {
    code: 'OUT0010',
    severity: 'error',
    title: 'Label of a revision or tag that does not exist',
    what: 'A namespace or pod asks by its label for an injector that no MutatingWebhookConfiguration calls.',
    why: 'No webhook is called, so its pods start without a sidecar and nobody is told.',
    fix: 'label it with a revision or tag that is installed, or install that one (`outrigger tag list` shows the tags)',
    precheck: true,
    *check(cluster) {
      const configurations = cluster.callers.configurations
      if (configurations.length === 0) return
      const names = new Set(
        configurations.flatMap((one) => [revisionOf(one), tagOf(one)].filter((name) => name !== undefined)),
      )
      const missing = (revision: string | undefined) => revision !== undefined && !names.has(revision)
      const message = (revision: string) =>
        `no revision or tag ${quote(revision)} is installed; ${knownNames(revision, [...names])}`
      for (const { object, labels, isInjected } of cluster.namespaces.values()) {
        const injection = own(labels, injectionLabel)
        const revision = own(labels, revisionLabel)
        if (injection === 'enabled' && !isInjected) {
          const text = `${injectionLabel}=enabled asks for the default revision, and no webhook answers for it`
          yield { object, path: labelPath(injectionLabel), message: text }
        } else if (injection === undefined && revision !== undefined && missing(revision)) {
          yield { object, path: labelPath(revisionLabel), message: message(revision) }
        }
      }
      for (const { object, podPath, labels, injection } of cluster.workloads) {
        const revision = own(labels, revisionLabel)
        const around = cluster.namespaces.get(object.namespace)?.labels
        if (around === undefined || injection.state !== 'uncalled' || revision === undefined || !missing(revision))
          continue
        // A namespace's label decides before a pod's.
        if (own(around, injectionLabel) !== undefined || own(around, revisionLabel) !== undefined) continue
        if (own(labels, 'sidecar.istio.io/inject') === 'false') continue
        yield { object, path: [...podPath, ...labelPath(revisionLabel)], message: message(revision) }
      }
    },
    example: {
      fails: `
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels:
    istio.io/rev: prd
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata:
  name: istio-revision-tag-prod
  labels:
    istio.io/rev: 1-27
    istio.io/tag: prod
webhooks:
- name: rev.namespace.sidecar-injector.istio.io
  clientConfig:
    url: https://injector.example.com/inject
  rules:
  - {apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}
  namespaceSelector:
    matchExpressions:
    - {key: istio.io/rev, operator: In, values: [prod]}
`,
      object: 'Namespace shop',
      path: 'metadata.labels["istio.io/rev"]',
      passes: `
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels:
    istio.io/rev: prod
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata:
  name: istio-revision-tag-prod
  labels:
    istio.io/rev: 1-27
    istio.io/tag: prod
webhooks:
- name: rev.namespace.sidecar-injector.istio.io
  clientConfig:
    url: https://injector.example.com/inject
  rules:
  - {apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}
  namespaceSelector:
    matchExpressions:
    - {key: istio.io/rev, operator: In, values: [prod]}
`,
    },
  },
  {
    code: 'OUT0011',
    severity: 'warning',
    title: 'Namespace outside discoverySelectors',
    what: 'A namespace is labelled for injection, and `discoverySelectors` of the mesh do not select it.',
    why: 'The control plane does not look at the namespace: its proxies start, and know no service of their own namespace.',
    fix: 'give the namespace a label that a discovery selector asks for, or take it out of the mesh',
    *check({ namespaces }, { mesh }) {
      const selectors = (mesh.discoverySelectors ?? []).map((one) => readSelector(one).selector)
      if (selectors.length === 0) return
      for (const namespace of namespaces.values()) {
        const labels = labelsOfNamespace(namespace)
        if (!namespace.isInjected || selectors.some((selector) => selects(selector, labels))) continue
        yield {
          object: namespace.object,
          path: ['metadata', 'labels'],
          message: 'the namespace is injected, but none of the discoverySelectors of the mesh selects it',
        }
      }
    },
    example: {
      mesh: `
discoverySelectors:
- matchLabels:
    mesh: "yes"
`,
      fails: `
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels:
    istio-injection: enabled
`,
      object: 'Namespace shop',
      path: 'metadata.labels',
      passes: `
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels:
    istio-injection: enabled
    mesh: "yes"
`,
    },
  },
  {
    code: 'OUT0012',
    severity: 'warning',
    title: 'Ambient namespace with sidecars',
    what: 'A namespace is in the ambient mesh, and its pods get sidecars all the same.',
    why: 'A pod with a sidecar is left out of the ambient data plane, so the label does nothing for new pods.',
    fix: 'keep one of the two: remove the label `istio.io/dataplane-mode`, or the label for injection',
    *check({ namespaces }) {
      for (const { object, labels, isInjected } of namespaces.values()) {
        if (own(labels, dataplaneMode) !== 'ambient' || !isInjected) continue
        yield {
          object,
          path: labelPath(dataplaneMode),
          message: `${dataplaneMode}=ambient asks for no sidecars, and the pods of this namespace get them`,
        }
      }
    },
    example: {
      fails: `
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels:
    istio-injection: enabled
    istio.io/dataplane-mode: ambient
`,
      object: 'Namespace shop',
      path: 'metadata.labels["istio.io/dataplane-mode"]',
      passes: `
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels:
    istio.io/dataplane-mode: ambient
`,
    },
  },
]

/** Whether all workloads of a namespace ask for injection by labels of their own. */
function asksItself({ workloadsIn }: AnalyzedCluster, { name }: AnalyzedNamespace): boolean {
  const inside = workloadsIn(name)
  return inside.length > 0 && inside.every(isInjected)
}
