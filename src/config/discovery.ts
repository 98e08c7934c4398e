import type { Snapshot } from '../injection/model/snapshot.ts'
import type { MeshConfig } from '../istio/mesh/mesh-config.ts'
import { type LabelSelector, selects } from '../kubernetes/selector.ts'
import type { StringMap } from '../lang/json.ts'
import { type Problem, reporter } from './faults.ts'
import { readLabelSelector } from './read.ts'

/** The label selectors of `meshConfig.discoverySelectors` and their problems. */
export function readDiscoverySelectors({ discoverySelectors = [] }: MeshConfig): {
  readonly selectors: readonly LabelSelector[]
  readonly problems: readonly Problem[]
} {
  const { problems, report } = reporter()
  const selectors = discoverySelectors.map((selector, index) =>
    readLabelSelector(selector, ['discoverySelectors', index], report),
  )
  return { selectors, problems }
}

/** What decides which namespaces belong to the mesh. */
export type Discovery = Pick<Snapshot, 'discoverySelectors'> & { readonly mesh: Pick<MeshConfig, 'rootNamespace'> }

/**
 * Whether a namespace belongs to the mesh: one of the selectors matches its labels (an empty one matches all, as in
 * Kubernetes), there are no selectors, or it is the root namespace, whose settings apply to all.
 */
export function isDiscovered(namespace: string, labels: StringMap, { discoverySelectors, mesh }: Discovery): boolean {
  return (
    discoverySelectors.length === 0 ||
    namespace === mesh.rootNamespace ||
    discoverySelectors.some((selector) => selects(selector, labels))
  )
}
