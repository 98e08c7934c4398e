import { injectLabel, systemNamespaces } from '../../istio/names.ts'
import {
  injectorsOf,
  type Namespace,
  revisionOf,
  tagOf,
  type WebhookConfiguration,
} from '../../istio/revisions/configuration.ts'
import { matchWebhooks } from '../../istio/revisions/match.ts'
import { revisionLabel } from '../../istio/revisions/names.ts'
import type { JsonObject, StringMap } from '../../lang/json.ts'

/** A pod that one webhook configuration would be called for. */
export interface TestPod {
  readonly namespace: Namespace
  readonly labels: StringMap
  /** The names of the webhook's match conditions. */
  readonly conditions: readonly string[]
}

/** Test pods that this configuration and no other would inject; labelled namespaces come first. */
export function probesFor(
  configuration: WebhookConfiguration,
  all: readonly WebhookConfiguration[],
  namespaces: readonly Namespace[],
): readonly TestPod[] {
  const injecting = all.map((one) => ({ ...one, webhooks: injectorsOf(one) }))
  const name = tagOf(configuration) ?? revisionOf(configuration)
  // The pod has a label that requests a sidecar, so that no policy of the injector applies.
  const asking = { [injectLabel]: 'true' }
  const choices = [asking, ...(name === undefined ? [] : [{ ...asking, [revisionLabel]: name }])]
  const asks = (namespace: Namespace) =>
    matchWebhooks([configuration], { namespace, labels: {} }).some(({ matches }) => matches)
  const usable = namespaces
    .filter(({ name }) => !systemNamespaces.has(name))
    .map((namespace) => ({ namespace, asks: asks(namespace) }))
    .toSorted((one, other) => Number(other.asks) - Number(one.asks))
  return choices.flatMap((labels) =>
    usable.flatMap(({ namespace }): readonly TestPod[] => {
      const called = matchWebhooks(injecting, { namespace, labels }).filter(({ matches }) => matches)
      const isAlone = called.length > 0 && called.every((one) => one.configuration === configuration.name)
      return isAlone ? [{ namespace, labels, conditions: called.flatMap(({ conditions }) => conditions) }] : []
    }),
  )
}

/** A pod that conforms to the restricted Pod Security Standard. It is never persisted, so its image is never pulled. */
export function probePod({ namespace, labels }: TestPod): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { generateName: 'outrigger-doctor-', namespace: namespace.name, labels },
    spec: {
      restartPolicy: 'Never',
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: 'probe',
          image: 'registry.k8s.io/pause:3.10',
          resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { cpu: '10m', memory: '16Mi' } },
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
        },
      ],
    },
  }
}
