/** Prints the memory it takes to follow a large cluster: `{heapMb, rssMb}`. The API server runs in a process of its own. */
import { execFileSync, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { connect } from '../../src/cluster/connect.ts'
import { kinds } from '../../src/cluster/kinds.ts'
import { reflect } from '../../src/cluster/reflector.ts'
import { type JsonObject, lookup, lookupString } from '../../src/lang/json.ts'
import { startApiServer } from '../support/api-server.ts'

const nodes = 5000
const namespaces = 2000
const registry = 'registry.example.com/platform/some-team/some-service'
const images = Array.from({ length: 50 }, (_, image) => ({
  names: [`${registry}-${image}@sha256:${'0123456789abcdef'.repeat(4)}`, `${registry}-${image}:v1.2.${image}`],
  sizeBytes: 123_456_789 + image,
}))

const self = process.argv[1] ?? ''
const roles: Readonly<Record<string, () => unknown>> = { serve, measure }
// In a small heap V8 doesn't defer garbage collection, so that the measure is the memory needed, on every version of Node.
const smallHeap = ['--max-old-space-size=64', '--max-semi-space-size=2']
const role = roles[process.argv[2] ?? '']
if (role === undefined) execFileSync(process.execPath, [...smallHeap, self, 'measure'], { stdio: 'inherit' })
else await role()

async function serve(): Promise<void> {
  const server = await startApiServer()
  for (let index = 0; index < nodes; index++) server.put(node(index))
  for (let index = 0; index < namespaces; index++) server.put(namespace(index))
  console.log(server.kubeconfig)
}

async function measure(): Promise<void> {
  const server = spawn(process.execPath, [self, 'serve'], { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    const [kubeconfig] = await new Promise<string[]>((resolve) =>
      createInterface(server.stdout).once('line', (line) => resolve([line])),
    )
    const client = connect({ kubeconfig, env: {} })
    await client.list(kinds.pod)
    const before = used()
    const followed = [
      reflect({
        client,
        kind: kinds.node,
        keep: (object) => lookupString(object, 'status', 'nodeInfo', 'kubeletVersion'),
      }),
      reflect({ client, kind: kinds.namespace, keep: (object) => lookup(object, 'metadata', 'labels') }),
    ]
    await Promise.all(followed.map((reflector) => reflector.whenSynced()))
    const rssMb = megabytes(process.memoryUsage().rss - before.rss)
    const after = used()
    const sizes = followed.map(({ objects }) => objects.size)
    if (sizes[0] !== nodes || sizes[1] !== namespaces) throw new Error(`followed ${sizes}`)
    await Promise.all(followed.map((reflector) => reflector.close()))
    console.log(JSON.stringify({ heapMb: megabytes(after.heapUsed - before.heapUsed), rssMb }))
  } finally {
    server.kill()
  }
}

function used(): NodeJS.MemoryUsage {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  return process.memoryUsage()
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e5) / 10
}

/** About 12 kB, most of it images and conditions, as nodes are. */
function node(index: number): JsonObject {
  const conditions = ['MemoryPressure', 'DiskPressure', 'PIDPressure', 'Ready'].map((type) => ({
    type,
    status: 'False',
    lastHeartbeatTime: '2026-01-01T00:00:00Z',
    lastTransitionTime: '2026-01-01T00:00:00Z',
    reason: `KubeletHas${type}`,
    message: 'kubelet has sufficient memory, disk and process ids available',
  }))
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: `node-${index}`,
      labels: { 'kubernetes.io/hostname': `node-${index}`, zone: `zone-${index % 3}` },
    },
    status: { conditions, images, nodeInfo: { kubeletVersion: `v1.3${index % 4}.${index % 7}`, osImage: 'Linux' } },
  }
}

function namespace(index: number): JsonObject {
  const labels = {
    team: `team-${index % 50}`,
    'istio.io/rev': 'canary',
    'pod-security.kubernetes.io/enforce': 'baseline',
  }
  const annotations = { 'example.com/description': 'what this namespace is for, and who to ask. '.repeat(20) }
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name: `namespace-${index}`, labels, annotations } }
}
