import { networkLabel } from '../../istio/names.ts'
import { labelsOf } from '../../kubernetes/pod/access.ts'
import type { Pod } from '../../kubernetes/pod/types.ts'
import { type JsonObject, lookupString, own, type StringMap } from '../../lang/json.ts'
import { type Candidate, type Fallback, type Resolved, resolver } from '../model/resolver.ts'
import type { Snapshot } from '../model/snapshot.ts'
import { istiodSources, labelSources, type Source, valuesSources } from '../model/source.ts'

export interface EnvironmentSubject {
  readonly pod: Pod
  /** The variables that the webhook's path sets. */
  readonly path: StringMap
  readonly snapshot: { readonly values: JsonObject; readonly cluster: string }
}

/** Adds where the cluster comes from. */
interface Explained extends EnvironmentSubject {
  readonly snapshot: EnvironmentSubject['snapshot'] & Pick<Snapshot, 'settingSources'>
}

type Place = Candidate<string, EnvironmentSubject>

const clusterVariable = 'ISTIO_META_CLUSTER_ID'
const networkVariable = 'ISTIO_META_NETWORK'

const inPath = (name: string): Place => ({
  value: ({ path }) => own(path, name) || undefined,
  sources: ({ path }) => (own(path, name) ? pathSources(path, name) : []),
})

/** An empty value in the path applies if nothing else sets the variable: it is then set to empty. */
const emptyInPath = (name: string): Place => ({
  value: ({ path }) => (own(path, name) === '' ? '' : undefined),
  sources: ({ path }) => (own(path, name) === '' ? pathSources(path, name) : []),
})

const inValues = (...path: readonly string[]): Place => ({
  value: ({ snapshot }) => lookupString(snapshot.values, ...path) || undefined,
  sources: ({ snapshot }) => valuesSources(snapshot.values, path),
})

const none = (name: string): Fallback<string, EnvironmentSubject> => ({
  value: () => '',
  sources: () => [{ kind: 'default', name, value: '' }],
})

const ofIstiod: Candidate<string, EnvironmentSubject, Explained> = {
  value: ({ snapshot }) => snapshot.cluster || undefined,
  sources: ({ snapshot }) => (snapshot.cluster === '' ? [] : istiodSources(snapshot.settingSources.cluster)),
}

/** The cluster of the proxy; empty if none. */
export const cluster = resolver<string, EnvironmentSubject, Explained>(
  [inPath(clusterVariable), ofIstiod, emptyInPath(clusterVariable)],
  none('cluster'),
)

const label = ({ pod }: EnvironmentSubject) => own(labelsOf(pod), networkLabel)

/** The network of the proxy; empty if none. An empty label of the pod overrides the values, but not the path. */
export const network = resolver<string, EnvironmentSubject>(
  [
    {
      value: (subject) => label(subject) || undefined,
      sources: ({ pod }) => labelSources(pod, networkLabel),
    },
    inPath(networkVariable),
    {
      value: (subject) => (label(subject) === '' ? '' : undefined),
      sources: ({ pod }) => labelSources(pod, networkLabel),
    },
    inValues('global', 'network'),
    emptyInPath(networkVariable),
  ],
  none('network'),
)

/** The proxy's variables that the cluster sets: the path's pairs, with the resolved cluster and network. */
export function clusterEnvironment(subject: EnvironmentSubject): StringMap {
  const [clusterName, networkName] = [cluster.value(subject), network.value(subject)]
  return {
    ...subject.path,
    ...(clusterName === '' ? {} : { [clusterVariable]: clusterName }),
    ...(networkName === '' ? {} : { [networkVariable]: networkName }),
  }
}

/** The network in such an environment; it may be empty. */
export function networkIn(environment: StringMap): string | undefined {
  return own(environment, networkVariable)
}

/** The sources of a variable of `clusterEnvironment`. */
export function variableSources(name: string, subject: Explained): Pick<Resolved<string>, 'from' | 'lost'> {
  if (name === clusterVariable) return cluster.resolve(subject)
  if (name === networkVariable) return network.resolve(subject)
  const [from = { kind: 'path', name }] = pathSources(subject.path, name)
  return { from, lost: [] }
}

function pathSources(path: StringMap, name: string): readonly Source[] {
  const value = own(path, name)
  return value === undefined ? [] : [{ kind: 'path', name, value }]
}
