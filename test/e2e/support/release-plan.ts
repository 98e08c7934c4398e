import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { kinds } from '../../../src/cluster/kinds.ts'
import { isObject, type Json, type JsonObject, lookup, lookupString } from '../../../src/lang/json.ts'
import { type Cluster, itemsOf, pathOf } from './cluster.ts'
import { kubeconfigOf } from './control-plane.ts'

/** What a release says of its pods, so that processes can run in their place. */
export interface Plan {
  readonly args: readonly string[]
  readonly env: NodeJS.ProcessEnv
  readonly user: string
  readonly serviceName: string
}

/** Reads a release, and turns its Service, which has this port, to the same port of this machine. */
export async function readPlan(
  cluster: Cluster,
  { release, namespace }: { readonly release: string; readonly namespace: string },
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
