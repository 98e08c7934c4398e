import { hostname } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import type { KubeClient } from '../../cluster/client.ts'
import { followConfigObjects } from '../../cluster/config-objects.ts'
import { createEvents, type Events } from '../../cluster/events.ts'
import { type FactsWanted, type FollowedFacts, followFacts } from '../../cluster/facts.ts'
import type { ConfigObjects } from '../../config/config-objects.ts'
import { type ConfigurationOptions, needsCluster } from '../../config/files.ts'
import type { Log } from '../../webhook/server/log.ts'
import type { Metrics } from '../../webhook/server/metrics.ts'
import { openConnection } from '../cluster/connection.ts'
import type { ServeFlags } from '../commands/serve.ts'
import { CliError } from '../exit.ts'
import type { Io } from '../io.ts'
import { type ClusterHealth, createClusterHealth } from './cluster-health.ts'
import type { Startup } from './startup.ts'

/** The cluster that the webhook runs for. */
export interface Cluster {
  readonly client: KubeClient
  /** The namespace of this process. */
  readonly namespace: string
  readonly configObjects: ConfigObjects
  readonly events: Events
  readonly health: ClusterHealth
  /** Watches namespaces, nodes and ProxyConfigs, and waits until they are synced. Throws CliError if that takes too long. */
  followFacts(wanted: FactsWanted, startup: Startup): Promise<FollowedFacts>
  /** Stops all watches and flushes pending Events. */
  close(): Promise<void>
}

/** How long shutdown waits for Events to be written; the API server may be unavailable. */
const lastEventsMs = 1000

/** Creates a client for the cluster, if there is one. Nothing is sent yet. Throws CliError. */
export async function joinCluster(
  flags: ServeFlags,
  io: Io,
  configuration: ConfigurationOptions,
  { log, metrics }: { readonly log: Log; readonly metrics: Metrics },
): Promise<Cluster | undefined> {
  if (!(await isWanted(flags, io, configuration))) return undefined
  const { client, from } = await openConnection(flags, io)
  const { server } = client
  const namespace = io.env['POD_NAMESPACE'] || client.namespace
  const health = createClusterHealth(server, log, metrics)
  const configObjects = followConfigObjects({ client, namespace, health: health.follower })
  const events = createEvents({
    client,
    component: 'outrigger',
    instance: io.env['POD_NAME'] || hostname(),
    onError: ({ message }, { kind, namespace: of, name }) =>
      log.warn({ server }, `an Event on ${kind.kind} ${of}/${name} could not be written: ${message}`),
  })
  log.info({ server, from, namespace }, 'connected to a cluster')
  let facts: FollowedFacts | undefined

  return {
    client,
    namespace,
    configObjects,
    events,
    health,
    async followFacts(wanted, startup) {
      const onFault = (fault: string) => log.warn({}, `ProxyConfig ignored: ${fault}`)
      facts = followFacts({ client, wanted, health: health.follower, onFault })
      const synced = facts.whenSynced().then(() => true)
      if ((await startup.within(synced)) === true) return facts
      const lacking = facts.unsynced()
      const reasons = health.failing()
      throw new CliError(
        `the cluster at ${server} could not be read in time: ${lacking.join(', ')}` +
          `${reasons.length > 0 ? ` (${reasons.join('; ')})` : ''}. Check that it responds, or increase --startup-timeout`,
      )
    },
    async close() {
      await Promise.all([
        facts?.close(),
        configObjects.close(),
        Promise.race([events.close(), pause(lastEventsMs, undefined, { ref: false })]),
      ])
    },
  }
}

async function isWanted(flags: ServeFlags, io: Io, configuration: ConfigurationOptions): Promise<boolean> {
  const named = flags.kubeconfig !== undefined || flags.context !== undefined
  if (flags.cluster === 'off') {
    if (named) throw new CliError('--cluster off conflicts with --kubeconfig and --context')
    return false
  }
  return flags.cluster === 'on' || named || Boolean(io.env['KUBERNETES_SERVICE_HOST']) || needsCluster(configuration)
}
