import { isObject, type Json, lookup, lookupString, own } from '../../lang/json.ts'
import { readConfigurations, type WebhookConfiguration } from './configuration.ts'
import { istiodName } from './names.ts'
import { revisionConfiguration } from './webhooks.ts'

/** A ConfigMap that istiod writes into every namespace: its key `root-cert.pem` is the CA that its webhooks are verified with. */
export const rootCertificateName = 'istio-ca-root-cert'

/** istiod's Service, and the ConfigMap with its CA in the same namespace. */
export interface IstiodService {
  readonly service: Json
  readonly rootCertificate: Json | undefined
}

// Without remarks between them, whose characters btoa may not know.
const certificates = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g

/**
 * The configuration that istiod's chart would make for a revision, from its Service: without one (`global.operatorManageWebhooks`)
 * a tag can point to istiod all the same. istiod itself keeps the CA of such a tag.
 */
export function configurationOfService(
  revision: string,
  { service, rootCertificate }: IstiodService,
): WebhookConfiguration | undefined {
  const [name, namespace] = [lookupString(service, 'metadata', 'name'), lookupString(service, 'metadata', 'namespace')]
  const port = webhookPort(service)
  if (name !== istiodName(revision) || port === undefined) return undefined
  const pem = lookupString(rootCertificate, 'data', 'root-cert.pem').match(certificates) ?? []
  const caBundle = pem.length === 0 ? {} : { caBundle: btoa(`${pem.join('\n')}\n`) }
  const clientConfig = { service: { name, namespace, path: '/inject', port }, ...caBundle }
  const [configuration] = readConfigurations([revisionConfiguration({ revision, namespace, clientConfig })])
  return configuration
}

/** The port of the webhook, by the name that istiod's chart gives it. */
function webhookPort(service: Json): number | undefined {
  const ports = lookup(service, 'spec', 'ports')
  const list = Array.isArray(ports) ? ports.filter(isObject) : []
  const found =
    list.find((port) => own(port, 'name') === 'https-webhook') ?? list.find((port) => own(port, 'port') === 443)
  const port = found && own(found, 'port')
  return typeof port === 'number' ? port : undefined
}
