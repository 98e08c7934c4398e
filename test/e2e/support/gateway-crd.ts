import { kinds } from '../../../src/cluster/kinds.ts'

const [group, version] = kinds.gateway.apiVersion.split('/') as [string, string]

const anything = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }

/** As much of the Gateway API as these tests write: a Gateway with a status of its own. */
export const gatewayCrd = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: {
    name: `${kinds.gateway.plural}.${group}`,
    // The API server wants this of every kind in groups of Kubernetes' own domain.
    annotations: { 'api-approved.kubernetes.io': 'https://github.com/kubernetes-sigs/gateway-api/pull/2466' },
  },
  spec: {
    group,
    names: { kind: kinds.gateway.kind, plural: kinds.gateway.plural, singular: 'gateway' },
    scope: 'Namespaced',
    versions: [
      {
        name: version,
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: { openAPIV3Schema: { type: 'object', properties: { spec: anything, status: anything } } },
      },
    ],
  },
}
