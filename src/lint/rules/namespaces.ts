import { systemNamespaces } from '../../istio/names.ts'
import { revisionOf, tagOf } from '../../istio/revisions/configuration.ts'
import { labelsOfNamespace } from '../../istio/revisions/match.ts'
import { injectionLabel, revisionLabel } from '../../istio/revisions/names.ts'
import { ownConfigurations } from '../../istio/revisions/tag-list.ts'
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
    what: 'A namespace has no injection label, and its pods are not injected.',
    why: 'It is unclear whether it was left out of the mesh on purpose.',
    fix: 'label it `istio-injection=enabled` or `istio.io/rev=REVISION`, or `istio-injection=disabled` if it should stay out of the mesh',
    *check(cluster, { mesh, values }) {
      const installed = new Set([mesh.rootNamespace, lookupString(values, 'global', 'istioNamespace'), 'istio-system'])
      for (const namespace of cluster.namespaces.values()) {
        const { name, labels, object } = namespace
        if (systemNamespaces.has(name) || installed.has(name) || namespace.isInjected) continue
        if ([injectionLabel, revisionLabel, dataplaneMode].some((label) => own(labels, label) !== undefined)) continue
        if (isInjectedByPodLabels(cluster, namespace)) continue
        yield {
          object,
          path: ['metadata', 'labels'],
          message: `the namespace has neither the label ${injectionLabel} nor ${revisionLabel}, and its pods are not injected`,
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
    why: '`istio-injection` takes precedence and the revision is ignored, which breaks upgrades by revision.',
    fix: 'remove `istio-injection`, so that the revision takes effect',
    precheck: true,
    *check({ namespaces }) {
      for (const { object, labels } of namespaces.values()) {
        const injection = own(labels, injectionLabel)
        const revision = own(labels, revisionLabel)
        if (injection === undefined || revision === undefined) continue
        yield {
          object,
          path: labelPath(injectionLabel),
          message: `${injectionLabel}=${injection} takes precedence over ${revisionLabel}=${revision}, which has no effect`,
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
    title: 'Label of an unknown revision or tag',
    what: 'The label of a namespace or pod selects a revision or tag that no MutatingWebhookConfiguration has.',
    why: 'No webhook is called, so its pods silently start without a sidecar.',
    fix: 'use the label of an installed revision or tag (`outrigger tag list` shows the tags), or install this one',
    precheck: true,
    *check(cluster) {
      const configurations = cluster.callers.configurations
      if (configurations.length === 0) return
      const names = new Set(
        [...ownConfigurations(configurations).map(revisionOf), ...configurations.map(tagOf)].filter(
          (name) => name !== undefined,
        ),
      )
      const missing = (revision: string | undefined) => revision !== undefined && !names.has(revision)
      const missingMessage = (revision: string) =>
        `revision or tag ${quote(revision)} is not installed; ${knownNames(revision, [...names])}`
      for (const { object, labels, isInjected } of cluster.namespaces.values()) {
        const injection = own(labels, injectionLabel)
        const revision = own(labels, revisionLabel)
        if (injection === 'enabled' && !isInjected) {
          const message = `${injectionLabel}=enabled selects the default revision, which has no webhook`
          yield { object, path: labelPath(injectionLabel), message }
        } else if (injection === undefined && revision !== undefined && missing(revision)) {
          yield { object, path: labelPath(revisionLabel), message: missingMessage(revision) }
        }
      }
      for (const { object, podPath, labels, injection } of cluster.workloads) {
        const revision = own(labels, revisionLabel)
        const namespaceLabels = cluster.namespaces.get(object.namespace)?.labels
        if (
          namespaceLabels === undefined ||
          injection.state !== 'uncalled' ||
          revision === undefined ||
          !missing(revision)
        )
          continue
        // A namespace's label takes precedence over a pod's.
        if (own(namespaceLabels, injectionLabel) !== undefined || own(namespaceLabels, revisionLabel) !== undefined)
          continue
        if (own(labels, 'sidecar.istio.io/inject') === 'false') continue
        yield { object, path: [...podPath, ...labelPath(revisionLabel)], message: missingMessage(revision) }
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
    what: 'A namespace is labelled for injection, but the `discoverySelectors` of the mesh do not select it.',
    why: 'The control plane ignores the namespace: its proxies start, but get no configuration for the Services of their own namespace.',
    fix: 'add a label that a discovery selector selects, or remove the namespace from the mesh',
    *check({ namespaces }, { mesh }) {
      const selectors = (mesh.discoverySelectors ?? []).map((one) => readSelector(one).selector)
      if (selectors.length === 0) return
      for (const namespace of namespaces.values()) {
        const labels = labelsOfNamespace(namespace)
        if (!namespace.isInjected || selectors.some((selector) => selects(selector, labels))) continue
        yield {
          object: namespace.object,
          path: ['metadata', 'labels'],
          message: 'the namespace is injected, but none of the discoverySelectors of the mesh select it',
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
    what: 'A namespace is in the ambient mesh, but its pods get sidecars.',
    why: 'Pods with a sidecar are not part of the ambient data plane, so the label has no effect on new pods.',
    fix: 'remove either the label `istio.io/dataplane-mode` or the injection label',
    *check({ namespaces }) {
      for (const { object, labels, isInjected } of namespaces.values()) {
        if (own(labels, dataplaneMode) !== 'ambient' || !isInjected) continue
        yield {
          object,
          path: labelPath(dataplaneMode),
          message: `the namespace has ${dataplaneMode}=ambient, but its pods get sidecars`,
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

/** Whether all workloads of a namespace are injected by their own labels. */
function isInjectedByPodLabels({ workloadsIn }: AnalyzedCluster, { name }: AnalyzedNamespace): boolean {
  const inside = workloadsIn(name)
  return inside.length > 0 && inside.every(isInjected)
}
