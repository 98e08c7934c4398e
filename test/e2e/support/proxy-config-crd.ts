import { kinds } from '../../../src/cluster/kinds.ts'

const [group, version] = kinds.proxyConfig.apiVersion.split('/') as [string, string]

/** As much of Istio's ProxyConfig as these tests write. */
export const proxyConfigCrd = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${kinds.proxyConfig.plural}.${group}` },
  spec: {
    group,
    names: { kind: kinds.proxyConfig.kind, plural: kinds.proxyConfig.plural, singular: 'proxyconfig' },
    scope: 'Namespaced',
    versions: [
      {
        name: version,
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: { spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
          },
        },
      },
    ],
  },
}
