import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import { kinds } from '../../../src/cluster/kinds.ts'
import { isObject, type Json, type JsonObject, lookup, lookupString } from '../../../src/lang/json.ts'
import { type Balancer, startBalancer } from './balancer.ts'
import { type Cluster, itemsOf, pathOf } from './cluster.ts'
import { kubeconfigOf } from './control-plane.ts'
import { type Replica, startReplica } from './outrigger.ts'
import { waitFor } from './wait.ts'

export const chart = fileURLToPath(new URL('../../../charts/outrigger', import.meta.url))

export interface InstallOptions {
  readonly release: string
  readonly namespace: string
  /** Values of the chart, beside the port of its Service. */
  readonly values?: JsonObject
  readonly replicas?: number
}

/**
 * A release of the chart. Its Deployment's pods run nowhere, for there are no nodes; in their place servers run as
 * processes, with the Deployment's arguments and environment and the token of its service account. Its Service leads to
 * a balancer before them.
 */
export interface Installation {
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
  /** `helm upgrade`, and new replicas when the Deployment says another thing than before. */
  upgrade(values: JsonObject): Promise<void>
  /** Ends all at once, and `helm uninstall`; may be called again. */
  uninstall(): Promise<void>
}

/** `helm install`, and so many replicas ready to be asked. */
export async function install(cluster: Cluster, options: InstallOptions): Promise<Installation> {
  const { release, namespace, replicas: count = 2 } = options
  const folder = mkdtempSync(join(cluster.access.folder, `${release}-`))
  const balancer = await startBalancer()
  const replicas: Replica[] = []
  const helm = (command: string, values: JsonObject | undefined) =>
    cluster.helm(
      [command, release, chart, '--namespace', namespace, ...(command === 'install' ? ['--create-namespace'] : [])],
      {
        ...values,
        service: { port: balancer.port },
      },
    )

  let installed = false
  let closed = false
  const uninstall = async () => {
    await Promise.all(replicas.splice(0).map((replica) => replica.kill()))
    if (!closed) await balancer.close()
    closed = true
    if (installed) await cluster.helm(['uninstall', release, '--namespace', namespace])
    installed = false
  }

  try {
    await helm('install', options.values)
    installed = true
    let plan = await readPlan(cluster, options, folder, balancer.port)
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
    await Promise.all(Array.from({ length: count }, launch))
    await waitFor('all replicas are ready', () => balancer.ready() === count)
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
      async upgrade(values) {
        await helm('upgrade', values)
        const before = plan
        plan = await readPlan(cluster, options, folder, balancer.port)
        if (!isDeepStrictEqual(plan, before)) await roll()
      },
      uninstall,
    }
  } catch (error) {
    await uninstall()
    throw error
  }
}

interface Plan {
  readonly args: readonly string[]
  readonly env: NodeJS.ProcessEnv
  readonly user: string
  readonly serviceName: string
}

/** What the release says of its pods, with its Service turned to the balancer. */
async function readPlan(
  cluster: Cluster,
  { release, namespace }: InstallOptions,
  folder: string,
  port: number,
): Promise<Plan> {
  const mine = `?labelSelector=${encodeURIComponent(`app.kubernetes.io/instance=${release}`)}`
  const list = async (path: string) => itemsOf((await cluster.send('GET', `${path}${mine}`)).body)

  const services = await list(pathOf(kinds.service, namespace))
  const service = services.find((one) => portsOf(one).includes(port))
  const serviceName = lookupString(service, 'metadata', 'name')
  if (serviceName === '') throw new Error(`no Service of ${release} has the port ${port}`)
  // An API server without a network of Services reaches one of type ExternalName by its name.
  await cluster.patch(pathOf(kinds.service, namespace, serviceName), {
    spec: { type: 'ExternalName', externalName: 'localhost', clusterIP: null, clusterIPs: null },
  })

  const [deployment, ...others] = await list(pathOf(kinds.deployment, namespace))
  if (deployment === undefined || others.length > 0) throw new Error(`${release} hasn't exactly one Deployment`)
  const pod = lookup(deployment, 'spec', 'template', 'spec')
  const container = objects(lookup(pod, 'containers'))[0]
  const serviceAccount = lookupString(pod, 'serviceAccountName')
  const token = await tokenOf(cluster, namespace, serviceAccount)
  const kubeconfig = join(folder, 'kubeconfig')
  writeFileSync(kubeconfig, kubeconfigOf(cluster.access.url, cluster.access.ca, token, namespace), { mode: 0o600 })

  const mounted = await mount(cluster, namespace, pod, container, folder)
  return {
    args: [...texts(lookup(container, 'args')).map(mounted), '--kubeconfig', kubeconfig],
    env: environmentOf(container, namespace, mounted),
    user: `system:serviceaccount:${namespace}:${serviceAccount}`,
    serviceName,
  }
}

async function tokenOf(cluster: Cluster, namespace: string, serviceAccount: string): Promise<string> {
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${serviceAccount}/token`
  const { body } = await cluster.send('POST', path, {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: { expirationSeconds: 7200 },
  })
  const token = lookupString(body, 'status', 'token')
  if (token === '') throw new Error(`no token for the service account ${serviceAccount}: ${JSON.stringify(body)}`)
  return token
}

/** Writes ConfigMaps and Secrets that the container mounts to files; gives how a path in there reads here. */
async function mount(
  cluster: Cluster,
  namespace: string,
  pod: Json | undefined,
  container: JsonObject | undefined,
  folder: string,
): Promise<(text: string) => string> {
  const volumes = new Map(objects(lookup(pod, 'volumes')).map((volume) => [lookupString(volume, 'name'), volume]))
  const places: (readonly [mountPath: string, here: string])[] = []
  for (const one of objects(lookup(container, 'volumeMounts'))) {
    const volume = volumes.get(lookupString(one, 'name'))
    const configMap = lookupString(volume, 'configMap', 'name')
    const secret = lookupString(volume, 'secret', 'secretName')
    if (configMap === '' && secret === '') continue
    const here = join(folder, 'mounted', lookupString(one, 'name'))
    mkdirSync(here, { recursive: true })
    const path = secret === '' ? pathOf(kinds.configMap, namespace, configMap) : pathOf(kinds.secret, namespace, secret)
    const data = lookup(await cluster.get(path), 'data')
    for (const [key, value] of Object.entries(isObject(data) ? data : {}))
      writeFileSync(join(here, key), Buffer.from(String(value), secret === '' ? 'utf8' : 'base64'), { mode: 0o600 })
    places.push([lookupString(one, 'mountPath'), here])
  }
  return (text) => places.reduce((result, [mountPath, here]) => result.replaceAll(mountPath, here), text)
}

function environmentOf(
  container: JsonObject | undefined,
  namespace: string,
  mounted: (text: string) => string,
): NodeJS.ProcessEnv {
  const fields: Readonly<Record<string, string>> = {
    'metadata.namespace': namespace,
    'metadata.name': 'outrigger',
    'status.podIP': '127.0.0.1',
  }
  return Object.fromEntries(
    objects(lookup(container, 'env')).map((variable) => {
      const field = lookupString(variable, 'valueFrom', 'fieldRef', 'fieldPath')
      return [lookupString(variable, 'name'), field === '' ? mounted(lookupString(variable, 'value')) : fields[field]]
    }),
  )
}

function portsOf(service: JsonObject): readonly Json[] {
  return objects(lookup(service, 'spec', 'ports')).map((port) => lookup(port, 'port') ?? null)
}

function objects(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : []
}

function texts(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.map(String) : []
}
