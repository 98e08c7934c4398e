import { annotation } from '../../kubernetes/pod/access.ts'
import type { Pod } from '../../kubernetes/pod/types.ts'
import type { ClusterFacts } from '../model/facts.ts'
import { resolver } from '../model/resolver.ts'
import type { Snapshot } from '../model/snapshot.ts'
import { annotationSources, istiodSources, type Source } from '../model/source.ts'

export interface NativeSidecarSubject {
  readonly pod: Pod
  readonly snapshot: Pick<Snapshot, 'nativeSidecars'>
  readonly facts: Pick<ClusterFacts, 'nodes'>
}

/** Adds where the setting comes from. */
interface Explained extends NativeSidecarSubject {
  readonly snapshot: Pick<Snapshot, 'nativeSidecars' | 'settingSources'>
}

/** Sidecar containers are stable since Kubernetes 1.33: https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers */
const stableSince = 33

const isAuto = ({ snapshot }: NativeSidecarSubject) => snapshot.nativeSidecars === 'auto'

const ofSetting = ({ snapshot }: Explained) => istiodSources(snapshot.settingSources.nativeSidecars)

/**
 * Whether proxies are injected as native sidecars: `.NativeSidecars` in templates. `auto`: if the kubelet of the pod's node
 * supports them, or every kubelet that could run it; without any known node, as on the newest Kubernetes.
 */
export const nativeSidecars = resolver<boolean, NativeSidecarSubject, Explained>(
  [
    {
      value: (subject) => (isAuto(subject) ? undefined : subject.snapshot.nativeSidecars === 'enabled'),
      sources: (subject) => (isAuto(subject) ? [] : ofSetting(subject)),
    },
    {
      value: (subject) => {
        const minor = isAuto(subject) ? ownMinor(subject) : undefined
        return minor === undefined ? undefined : minor >= stableSince
      },
      sources: (subject) => {
        const name = subject.pod.spec?.nodeName ?? undefined
        const isKnown = name !== undefined && isAuto(subject) && subject.facts.nodes.has(name)
        return isKnown ? [kubelet(name, ownMinor(subject))] : []
      },
    },
    {
      value: (subject) => (isAuto(subject) && subject.facts.nodes.size > 0 ? allStable(subject.facts) : undefined),
      sources: (subject) => (isAuto(subject) ? decisiveNode(others(subject)) : []),
    },
  ],
  // With nodes, they are the source of the mode `auto`.
  {
    value: () => true,
    sources: (subject) => (isAuto(subject) && subject.facts.nodes.size === 0 ? ofSetting(subject) : []),
  },
)

const name = 'sidecar.istio.io/nativeSidecar'

/** Whether the default templates inject the proxy as a native sidecar: the pod's annotation, else `nativeSidecars`. */
export const nativeProxy = resolver<boolean, NativeSidecarSubject, Explained>(
  [
    {
      value: ({ pod }) => {
        const own = annotation(pod, name) ?? ''
        return own === '' ? undefined : own !== 'false'
      },
      sources: ({ pod }) => annotationSources(pod, name),
      setBy: { kind: 'annotation', name },
    },
    ...nativeSidecars.candidates,
  ],
  nativeSidecars.fallback,
)

/** The minor version of the kubelet on the pod's node, if both are known. */
function ownMinor({ pod, facts }: NativeSidecarSubject): number | undefined {
  const node = pod.spec?.nodeName ?? undefined
  return node === undefined ? undefined : facts.nodes.get(node)
}

function allStable({ nodes }: NativeSidecarSubject['facts']): boolean {
  for (const minor of nodes.values()) if (minor === undefined || minor < stableSince) return false
  return true
}

/** The nodes as one source: they decide, or are overridden by the pod's own node. */
function others(subject: NativeSidecarSubject): readonly Node[] {
  const nodes = [...subject.facts.nodes]
  return ownMinor(subject) === undefined ? nodes : nodes.filter(([name]) => name !== subject.pod.spec?.nodeName)
}

type Node = readonly [name: string, minor: number | undefined]

/** The oldest kubelet, unless one of unknown version is the only one to prevent native sidecars. */
function decisiveNode(nodes: readonly Node[]): readonly Source[] {
  const minors = nodes.map(([, minor]) => minor).filter((minor) => minor !== undefined)
  const oldest = Math.min(...minors)
  const unknown = oldest < stableSince ? undefined : nodes.find(([, minor]) => minor === undefined)
  if (unknown !== undefined) return [kubelet(unknown[0], undefined)]
  return minors.length === 0 ? [] : [{ kind: 'nodes', name: 'oldest kubelet', value: `1.${oldest}` }]
}

function kubelet(node: string, minor: number | undefined): Source {
  return { kind: 'nodes', name: `kubelet of node ${node}`, value: minor === undefined ? 'unknown' : `1.${minor}` }
}
