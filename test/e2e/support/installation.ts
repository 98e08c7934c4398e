import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import type { JsonObject } from '../../../src/lang/json.ts'
import { type Balancer, startBalancer } from './balancer.ts'
import type { Cluster } from './cluster.ts'
import { type Replica, startReplica } from './outrigger.ts'
import { readPlan } from './release-plan.ts'
import { waitFor } from './wait.ts'

export const chart = fileURLToPath(new URL('../../../charts/outrigger', import.meta.url))

interface Release {
  readonly release: string
  readonly namespace: string
}

export interface InstallOptions extends Release {
  /** Values of the chart, beside the port of its Service. */
  readonly values?: JsonObject
  readonly replicas?: number
}

/**
 * What runs for a release of the chart. Its Deployment's pods run nowhere, for there are no nodes; in their place servers run as
 * processes, with the Deployment's arguments and environment and the token of its service account. Its Service leads to
 * a balancer before them.
 */
export interface Servers {
  readonly release: string
  readonly namespace: string
  readonly balancer: Balancer
  /** `system:serviceaccount:NAMESPACE:NAME` */
  readonly user: string
  readonly serviceName: string
  readonly replicas: readonly Replica[]
  /** One more replica; returns when the balancer knows that it is ready. */
  start(): Promise<Replica>
  /** Starts one more without waiting for its being ready. */
  launch(): Promise<Replica>
  /** Ends one as a rollout does; gives its exit code. */
  stop(replica: Replica): Promise<number | null>
  /** A new replica in the place of each, one after the other, as a Deployment rolls; gives the exit codes of the old. */
  roll(): Promise<readonly (number | null)[]>
  /** New replicas when the Deployment says another thing than before, as after `helm upgrade`. */
  follow(): Promise<void>
  /** Ends all at once, and the balancer; may be called again. */
  close(): Promise<void>
}

/** A release that the tests installed. */
export interface Installation extends Servers {
  /** `helm upgrade`, and new replicas when the Deployment says another thing than before. */
  upgrade(values: JsonObject): Promise<void>
  /** Ends all at once, and `helm uninstall`; may be called again. */
  uninstall(): Promise<void>
}

/** `helm install`, and so many replicas ready to be asked. */
export async function install(cluster: Cluster, options: InstallOptions): Promise<Installation> {
  const { release, namespace, replicas = 2 } = options
  const balancer = await startBalancer()
  const helm = (command: string, values: JsonObject | undefined, ...more: readonly string[]) =>
    cluster.helm([command, release, chart, '--namespace', namespace, ...more], {
      ...values,
      service: { port: balancer.port },
    })
  let servers: Servers | undefined
  let installed = false
  const uninstall = async () => {
    await (servers ?? balancer).close()
    if (installed) await cluster.helm(['uninstall', release, '--namespace', namespace])
    installed = false
  }

  try {
    await helm('install', options.values, '--create-namespace')
    installed = true
    const running = await runServers(cluster, options, balancer, replicas)
    servers = running
    return {
      ...running,
      async upgrade(values) {
        await helm('upgrade', values)
        await running.follow()
      },
      uninstall,
    }
  } catch (error) {
    await uninstall()
    throw error
  }
}

/** So many replicas of a release that is installed with the balancer's port as that of its Service. */
export async function runServers(
  cluster: Cluster,
  { release, namespace }: Release,
  balancer: Balancer,
  count: number,
): Promise<Servers> {
  const folder = mkdtempSync(join(cluster.access.folder, `${release}-`))
  const replicas: Replica[] = []
  let closed = false
  let plan = await readPlan(cluster, { release, namespace }, folder, balancer.port)

  const launch = async () => {
    const replica = await startReplica(folder, plan.args, plan.env)
    replicas.push(replica)
    balancer.add(replica)
    return replica
  }
  const start = async () => {
    const before = balancer.ready()
    const replica = await launch()
    await waitFor('the new replica is ready', () => balancer.ready() > before)
    return replica
  }
  const stop = async (replica: Replica) => {
    const code = await replica.stop()
    balancer.remove(replica)
    replicas.splice(replicas.indexOf(replica), 1)
    return code
  }
  const roll = async () => {
    const codes: (number | null)[] = []
    for (const old of [...replicas]) {
      await start()
      codes.push(await stop(old))
    }
    return codes
  }
  const close = async () => {
    await Promise.all(replicas.splice(0).map((replica) => replica.kill()))
    if (!closed) await balancer.close()
    closed = true
  }

  try {
    await Promise.all(Array.from({ length: count }, launch))
    await waitFor('all replicas are ready', () => balancer.ready() === count)
  } catch (error) {
    await close()
    throw error
  }
  return {
    release,
    namespace,
    balancer,
    user: plan.user,
    serviceName: plan.serviceName,
    replicas,
    launch,
    start,
    stop,
    roll,
    async follow() {
      const before = plan
      plan = await readPlan(cluster, { release, namespace }, folder, balancer.port)
      if (!isDeepStrictEqual(plan, before)) await roll()
    },
    close,
  }
}
