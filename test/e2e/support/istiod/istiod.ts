import { type Kind, kinds } from '../../../../src/cluster/kinds.ts'
import { type Json, type JsonObject, lookup, lookupString } from '../../../../src/lang/json.ts'
import { makeCa, makeLeaf } from '../../../../src/webhook/certificates/make.ts'
import { type Cluster, describe, pathOf } from '../cluster.ts'
import { gatewayCrd } from '../gateway-crd.ts'
import { waitFor } from '../wait.ts'
import { writeCa } from './ca-writer.ts'
import { controlGateways } from './gateways.ts'
import { serveInjection } from './injection-server.ts'
import {
  configMaps,
  defaultValidator,
  deployment,
  type IstiodOptions,
  istioNamespace,
  named,
  ownConfiguration,
  revisionName,
  rootCertificate,
  service,
  tagConfiguration,
} from './objects.ts'

/**
 * Plays an istiod in istio-system, as far as another injector beside it is concerned: what its charts install, its webhook, and
 * what it does to webhook configurations and Gateways of its own accord. It shares no code with what it tests but the making of
 * certificates and pods.
 */
export interface Istiod {
  /** `default` for the unnamed one. */
  readonly revision: string
  /** How many reviews it has answered. */
  reviews(): number
  /** Gateways that it had deployed and that were, at some moment, no longer its own. */
  readonly lostGateways: readonly string[]
  /** The webhooks that it has written its CA into, as CONFIGURATION/WEBHOOK. */
  readonly writtenWebhooks: readonly string[]
  /**
   * `helm upgrade` of its chart with `global.operatorManageWebhooks`. With true, its revision has no configuration of its own; with
   * false, it has one again, which is as new and gets its CA a moment later: returns when it is there.
   */
  setOperatorManagesWebhooks(value: boolean): Promise<void>
  /** Ends it, and removes all of its objects. */
  stop(): Promise<void>
}

export async function startIstiod(cluster: Cluster, some: Partial<IstiodOptions> = {}): Promise<Istiod> {
  const options: IstiodOptions = { revision: '', tags: [], version: '1.27.1', ...some }
  const revision = revisionName(options)
  const ca = await makeCa('istiod', new Date(), 30)
  const name = `${named('istiod', options)}.${istioNamespace}.svc`
  const server = await serveInjection(options, await makeLeaf([name], ca, new Date(), 30))

  await cluster.kubectl(['apply', '-f', '-'], gatewayCrd)
  await waitFor('the API server knows Gateways', async () => {
    const { status } = await cluster.send('GET', pathOf(kinds.gateway))
    return status === 200
  })
  const own = ownConfiguration(options, server.port)
  const webhooks = [own, ...options.tags.map((tag) => tagConfiguration(tag, options, server.port))]
  const objects: readonly (readonly [Kind, JsonObject])[] = [
    ...configMaps(options).map((object) => [kinds.configMap, object] as const),
    [kinds.configMap, rootCertificate(ca.certificate)],
    [kinds.service, service(options, server.port)],
    [kinds.deployment, deployment(options)],
    [kinds.validatingWebhookConfiguration, defaultValidator(options)],
    ...webhooks.map((object) => [kinds.mutatingWebhookConfiguration, object] as const),
  ]
  await cluster.send('POST', pathOf(kinds.namespace), {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: istioNamespace },
  })
  for (const [kind, object] of objects) await createByHelm(cluster, kind, object)

  const writer = await writeCa(cluster, revision, ca.certificate)
  const gateways = await controlGateways(cluster, { revision, namespace: istioNamespace })
  const waitForCa = (configurations: readonly JsonObject[]) =>
    waitFor("istiod's webhooks have its CA", async () => {
      const paths = configurations.map((object) => placeOf(kinds.mutatingWebhookConfiguration, object))
      const read = await Promise.all(paths.map((path) => cluster.get(path)))
      return read.every((object) => bundlesOf(object).every((bundle) => bundle !== ''))
    })
  await waitForCa(webhooks)

  return {
    revision,
    reviews: server.reviews,
    lostGateways: gateways.lost,
    writtenWebhooks: writer.written,
    async setOperatorManagesWebhooks(value) {
      if (value) {
        await cluster.remove(placeOf(kinds.mutatingWebhookConfiguration, own))
        return
      }
      await createByHelm(cluster, kinds.mutatingWebhookConfiguration, own)
      await waitForCa([own])
    },
    async stop() {
      writer.stop()
      gateways.stop()
      for (const [kind, object] of objects) await cluster.remove(placeOf(kind, object))
      await cluster.kubectl(['delete', '-f', '-'], gatewayCrd)
      await server.close()
    },
  }
}

/** Whatever is there of this name is from an istiod that wasn't stopped. */
async function createByHelm(cluster: Cluster, kind: Kind, object: JsonObject): Promise<void> {
  await cluster.remove(placeOf(kind, object))
  const path = `${pathOf(kind, lookupString(object, 'metadata', 'namespace'))}?fieldManager=helm`
  const { status, body } = await cluster.send('POST', path, object)
  if (status !== 201) throw new Error(`POST ${path}: ${status} ${describe(body)}`)
}

function placeOf(kind: Kind, object: JsonObject): string {
  return pathOf(kind, lookupString(object, 'metadata', 'namespace'), lookupString(object, 'metadata', 'name'))
}

function bundlesOf(configuration: JsonObject | undefined): readonly string[] {
  const webhooks: Json | undefined = lookup(configuration, 'webhooks')
  return Array.isArray(webhooks) ? webhooks.map((one) => lookupString(one, 'clientConfig', 'caBundle')) : ['']
}
