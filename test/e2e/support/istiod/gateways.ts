import { kinds } from '../../../../src/cluster/kinds.ts'
import { type JsonObject, lookup, lookupString } from '../../../../src/lang/json.ts'
import { type Cluster, pathOf } from '../cluster.ts'
import { waitFor } from '../wait.ts'
import { type Watch, watchObjects } from '../watch.ts'

/** istiod's side of Gateways: which are its own, and their status. */
export interface GatewayController {
  /** The moments at which a Gateway that it had deployed was no longer its own. */
  readonly lost: readonly string[]
  stop(): void
}

export interface GatewayControllerOptions {
  /** `default` for the unnamed one. */
  readonly revision: string
  readonly namespace: string
}

/**
 * As istiod does: writes the status of each Gateway that its tag watcher says is its own, for its present generation, and
 * looks at none of the others. Needs the kind Gateway.
 */
export async function controlGateways(cluster: Cluster, options: GatewayControllerOptions): Promise<GatewayController> {
  const lost: string[] = []
  const deployed = new Set<string>()
  let watches: Watches | undefined
  // Changes that arrive while all is being listed for the first time come to the one look that follows.
  const look = () => {
    if (watches === undefined) return
    for (const [key, gateway] of watches.gateways.objects) {
      if (!isMine(gateway, watches, options)) {
        if (deployed.delete(key)) lost.push(key)
        continue
      }
      deployed.add(key)
      if (statusGeneration(gateway) !== generationOf(gateway)) void writeStatus(cluster, gateway, look)
    }
  }
  const watch = (path: string) => watchObjects(cluster.access, path, look)
  watches = {
    namespaces: await watch(pathOf(kinds.namespace)),
    configurations: await watch(pathOf(kinds.mutatingWebhookConfiguration)),
    validators: await watch(pathOf(kinds.validatingWebhookConfiguration)),
    services: await watch(pathOf(kinds.service, options.namespace)),
    gateways: await watch(pathOf(kinds.gateway)),
  }
  look()
  return {
    lost,
    stop() {
      for (const one of Object.values(watches)) one.stop()
    },
  }
}

type Watches = Readonly<Record<'namespaces' | 'configurations' | 'validators' | 'services' | 'gateways', Watch>>

/** The rule of istiod's tag watcher, written from its description: not the code under test. */
function isMine(object: JsonObject, watches: Watches, { revision }: GatewayControllerOptions): boolean {
  const configurations = [...watches.configurations.objects.values()]
  const tagged = [...configurations, ...watches.services.objects.values()]
  const tags = new Set(
    tagged.filter((one) => labelOf(one, 'istio.io/rev') === revision).map((one) => labelOf(one, 'istio.io/tag')),
  )
  const namespace = watches.namespaces.objects.get(`/${lookupString(object, 'metadata', 'namespace')}`)
  const selected = labelOf(object, 'istio.io/rev') || labelOf(namespace, 'istio.io/rev')
  if (selected !== '') return selected === revision || tags.has(selected)
  if (tags.has('default')) return true
  const validator = watches.validators.objects.get('/istiod-default-validator')
  const another = watches.configurations.objects.get('/istio-revision-tag-default')
  return labelOf(validator, 'istio.io/rev') === revision && another === undefined
}

function labelOf(object: JsonObject | undefined, label: string): string {
  return lookupString(object, 'metadata', 'labels', label)
}

async function writeStatus(cluster: Cluster, gateway: JsonObject, look: () => void): Promise<void> {
  const path = pathOf(
    kinds.gateway,
    lookupString(gateway, 'metadata', 'namespace'),
    lookupString(gateway, 'metadata', 'name'),
  )
  const condition = {
    type: 'Programmed',
    status: 'True',
    reason: 'Programmed',
    observedGeneration: generationOf(gateway),
    lastTransitionTime: new Date().toISOString(),
  }
  const written = await cluster.patch(`${path}/status`, { status: { conditions: [condition] } }).catch(() => undefined)
  // What failed is tried again, unless the Gateway has gone.
  if (written === undefined && (await cluster.get(path).catch(() => gateway)) !== undefined)
    setTimeout(look, 200).unref()
}

function generationOf(gateway: JsonObject): number {
  return Number(lookup(gateway, 'metadata', 'generation'))
}

function statusGeneration(gateway: JsonObject): number {
  const conditions = lookup(gateway, 'status', 'conditions')
  return Array.isArray(conditions) ? Number(lookup(conditions[0], 'observedGeneration')) : 0
}

/** Changes a Gateway, and says whether istiod has written a status for that change within some time. */
export async function isDeployed(cluster: Cluster, namespace: string, name: string, ms = 15_000): Promise<boolean> {
  const path = pathOf(kinds.gateway, namespace, name)
  const port = 1024 + (Number(lookup(await cluster.get(path), 'metadata', 'generation')) % 10_000)
  const changed = await cluster.patch(path, { spec: { listeners: [{ name: 'http', port, protocol: 'HTTP' }] } })
  return waitFor(
    'istiod writes the status of the Gateway',
    async () => statusGeneration((await cluster.get(path)) ?? {}) === generationOf(changed),
    ms,
  ).catch(() => false)
}

/** A Gateway that istiod deploys, in YAML's sense as small as can be. */
export function gateway(namespace: string, name: string): JsonObject {
  return {
    apiVersion: kinds.gateway.apiVersion,
    kind: kinds.gateway.kind,
    metadata: { namespace, name },
    spec: { gatewayClassName: 'istio', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] },
  }
}
