import { injectorsOf, isDeactivated, type Webhook } from '../../istio/revisions/configuration.ts'
import { describeOverlap, findOverlaps } from '../../istio/revisions/overlaps.ts'
import type { AnalyzedCluster } from '../cluster.ts'
import type { Rule } from '../rule.ts'

const rules = '  rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]'
const service = `apiVersion: v1
kind: Service
metadata:
  name: outrigger
  namespace: istio-system
spec:
  ports:
  - {name: https-webhook, port: 443, targetPort: 15017}`
const configuration = `apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata:
  name: istio-sidecar-injector
  labels:
    istio.io/rev: default
webhooks:
- name: namespace.sidecar-injector.istio.io`
const selector = `  namespaceSelector:
    matchExpressions:
    - {key: istio-injection, operator: In, values: [enabled]}`

/** Rules about injecting webhooks. */
export const webhookRules: readonly Rule[] = [
  {
    code: 'IST0139',
    severity: 'error',
    title: 'Webhook without a backend, or two for one pod',
    what: 'An injecting webhook calls a Service or port that does not exist, or two injectors select the same pods.',
    why: 'With `failurePolicy: Fail` no pod can be created while the Service is missing; a pod that two injectors select is changed twice.',
    fix: 'install the injector or delete its webhook configuration; make the selectors of the two revisions mutually exclusive',
    precheck: true,
    *check(cluster) {
      const { configurations } = cluster
      for (const { object, configuration } of configurations) {
        for (const webhook of injectorsOf(configuration)) {
          const reason = isDeactivated(webhook) ? undefined : whyUnreachable(cluster, webhook)
          if (reason === undefined) continue
          const path = ['webhooks', configuration.webhooks.indexOf(webhook), 'clientConfig', 'service']
          yield { object, path, message: `${webhook.name} ${reason}` }
        }
      }
      for (const overlap of findOverlaps(configurations.map(({ configuration }) => configuration))) {
        const { second } = overlap
        const found = configurations.find(({ configuration }) => configuration.name === second.configuration)
        const index = found?.configuration.webhooks.findIndex(({ name }) => name === second.webhook) ?? -1
        if (found !== undefined)
          yield { object: found.object, path: ['webhooks', index], message: describeOverlap(overlap) }
      }
    },
    example: {
      fails: `
${configuration}
  clientConfig:
    service: {name: istiod, namespace: istio-system, port: 443}
${rules}
${selector}
---
${service}
`,
      object: 'MutatingWebhookConfiguration istio-sidecar-injector',
      path: 'webhooks[0].clientConfig.service',
      passes: `
${configuration}
  clientConfig:
    service: {name: outrigger, namespace: istio-system, port: 443}
${rules}
${selector}
---
${service}
`,
    },
  },
]

/** Undefined if it is reachable or if that is unknown: a few manifests don't contain all Services of a cluster. */
function whyUnreachable({ services, namespaces }: AnalyzedCluster, webhook: Webhook): string | undefined {
  const wanted = webhook.clientConfig.service
  if (wanted === undefined || (services.length === 0 && !namespaces.has(wanted.namespace))) return undefined
  const found = services.find(
    ({ object: { name, namespace } }) => name === wanted.name && namespace === wanted.namespace,
  )
  const title = `the Service ${wanted.namespace}/${wanted.name}`
  if (found === undefined) return `calls ${title}, which does not exist`
  if (found.isExternalName) return undefined
  const port = wanted.port ?? 443
  return found.ports.some((one) => one.port === port)
    ? undefined
    : `calls port ${port} of ${title}, which does not have it`
}
