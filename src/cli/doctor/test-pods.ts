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
  /** Names of match conditions that the API server asks first. */
  readonly conditions: readonly string[]
}

/** Where a pod would be injected by a configuration and by no other; the namespaces that ask for it come first. */
export function probesFor(
  configuration: WebhookConfiguration,
  all: readonly WebhookConfiguration[],
  namespaces: readonly Namespace[],
): readonly TestPod[] {
  const injecting = all.map((one) => ({ ...one, webhooks: injectorsOf(one) }))
  const name = tagOf(configuration) ?? revisionOf(configuration)
  // The pod says itself that it wants a sidecar: then no policy of the injector keeps it from getting one.
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

/** The pod itself, as modest as the strictest Pod Security Standard asks. It is never kept, so its image is never pulled. */
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
