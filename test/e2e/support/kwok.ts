import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { kwokFolder } from '../../../scripts/kwok.mjs'
import { makeCa, makeLeaf } from '../../../src/webhook/certificates/make.ts'
import { type Cluster, pathOf } from './cluster.ts'
import { freePort, startProgram } from './program.ts'
import { waitFor } from './wait.ts'

/** A node whose kubelet is kwok: pods with its name in `spec.nodeName` get ready there, without running anything. */
export interface Kwok {
  readonly node: string
  stop(): Promise<void>
}

export interface KwokOptions {
  /** The port of 127.0.0.1 behind each port of pods. */
  readonly ports: Readonly<Record<number, number>>
}

const nodes = { apiVersion: 'v1', kind: 'Node', plural: 'nodes', namespaced: false }

/** Starts kwok for a cluster. Commands in pods run on this machine, whatever the container. Builds kwok at first, which takes minutes. */
export async function startKwok(cluster: Cluster, { ports }: KwokOptions): Promise<Kwok> {
  const folder = await kwokFolder()
  const place = cluster.access.folder
  const [node, port] = ['kwok', await freePort()]
  const write = (name: string, content: string) => {
    writeFileSync(join(place, name), content, { mode: 0o600 })
    return join(place, name)
  }
  const leaf = await makeLeaf(['127.0.0.1'], await makeCa('kubelet', new Date(), 1), new Date(), 1)
  const stages = readdirSync(join(folder, 'stages')).map((file) => join(folder, 'stages', file))
  const flags = {
    kubeconfig: cluster.access.kubeconfig,
    config: [write('kwok.yaml', configOf(ports)), ...stages].join(','),
    'manage-all-nodes': 'true',
    'node-ip': '127.0.0.1',
    'node-port': String(port),
    'server-address': `127.0.0.1:${port}`,
    'tls-cert-file': write('kwok.crt', leaf.certificate),
    'tls-private-key-file': write('kwok.key', leaf.key),
    'node-lease-duration-seconds': '40',
    // Not the network of Services.
    cidr: '10.1.0.0/24',
  }
  const log = join(place, 'kwok.log')
  const args = Object.entries(flags).map(([name, value]) => `--${name}=${value}`)
  const program = startProgram(join(folder, 'kwok'), args, { cwd: place, log })
  try {
    await cluster.create(nodes, { apiVersion: 'v1', kind: 'Node', metadata: { name: node } })
    await waitFor('the node is ready', async () => {
      if (program.ended()) throw new Error(`kwok ended: ${readFileSync(log, 'utf8').slice(-2000)}`)
      const conditions = (await cluster.get(pathOf(nodes, '', node)))?.['status']
      return JSON.stringify(conditions ?? {}).includes('"KubeletReady"')
    })
  } catch (error) {
    await program.stop()
    throw error
  }
  return { node, stop: async () => void (await program.stop()) }
}

/** https://kwok.sigs.k8s.io/docs/user/kwok-resource-configuration/ */
function configOf(ports: KwokOptions['ports']): string {
  const apiVersion = 'kwok.x-k8s.io/v1alpha1'
  const forwards = Object.entries(ports).map(([port, target]) => ({
    ports: [Number(port)],
    target: { address: '127.0.0.1', port: target },
  }))
  const resources = [
    { apiVersion, kind: 'ClusterExec', metadata: { name: 'all' }, spec: { execs: [{ local: { workDir: '/' } }] } },
    { apiVersion, kind: 'ClusterPortForward', metadata: { name: 'all' }, spec: { forwards } },
  ]
  return resources.map((resource) => JSON.stringify(resource)).join('\n---\n')
}
