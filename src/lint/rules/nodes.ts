import type { Rule } from '../rule.ts'

// Sidecar containers are on by default since Kubernetes 1.29:
// https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers
const firstMinor = 29

/** Rules about the versions of nodes. */
export const nodeRules: readonly Rule[] = [
  {
    code: 'OUT0018',
    severity: 'error',
    title: 'Node too old for native sidecars',
    what: `Native sidecars are enabled, and the kubelet of a node is older than 1.${firstMinor}.`,
    why: 'Such a kubelet treats the proxy as a regular init container, which never exits: the application never starts.',
    fix: 'set `nativeSidecars: auto`, or upgrade the node',
    precheck: true,
    *check({ objects, facts }, { nativeSidecars }) {
      if (nativeSidecars !== 'enabled') return
      for (const object of objects) {
        const minor = object.kind === 'Node' && object.group === '' ? facts.nodes.get(object.name) : undefined
        if (minor === undefined || minor >= firstMinor) continue
        const message = `the kubelet has version 1.${minor}, which does not support sidecar containers`
        yield { object, path: ['status', 'nodeInfo', 'kubeletVersion'], message }
      }
    },
    example: {
      nativeSidecars: 'enabled',
      fails: `
apiVersion: v1
kind: Node
metadata:
  name: a
status:
  nodeInfo:
    kubeletVersion: v1.28.4
`,
      object: 'Node a',
      path: 'status.nodeInfo.kubeletVersion',
      passes: `
apiVersion: v1
kind: Node
metadata:
  name: a
status:
  nodeInfo:
    kubeletVersion: v1.33.1
`,
    },
  },
]
