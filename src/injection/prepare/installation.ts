import { resolver } from '../model/resolver.ts'
import type { Snapshot } from '../model/snapshot.ts'
import { istiodSources, meshSources } from '../model/source.ts'
import type { InboundTrafficPolicyMode } from '../model/template.ts'

/** Settings that only the installation makes, for all pods. */
export interface Installation {
  readonly snapshot: Snapshot
}

/** The revision that is recorded on pods; templates get the setting as it is. */
export const revision = resolver<string, { readonly snapshot: Pick<Snapshot, 'revision'> }, Installation>(
  [
    {
      value: ({ snapshot }) => snapshot.revision || undefined,
      sources: ({ snapshot }) => (snapshot.revision === '' ? [] : istiodSources(snapshot.settingSources.revision)),
    },
  ],
  { value: () => 'default', sources: () => [{ kind: 'default', name: 'revision', value: 'default' }] },
)

/** The compliance policy of proxies; empty if none. */
export const compliancePolicy = resolver<string, Installation>(
  [
    {
      value: ({ snapshot }) => snapshot.compliancePolicy || undefined,
      sources: ({ snapshot }) =>
        snapshot.compliancePolicy === '' ? [] : istiodSources(snapshot.settingSources.compliancePolicy),
    },
  ],
  { value: () => '', sources: () => [{ kind: 'default', name: 'compliance policy', value: '' }] },
)

const mode = ({ snapshot }: Installation) => snapshot.mesh.inboundTrafficPolicy?.mode

/** Where the proxy forwards inbound traffic: to the original address or to localhost. */
export const inboundTrafficPolicyMode = resolver<InboundTrafficPolicyMode, Installation>(
  [
    {
      value: (subject) =>
        mode(subject) === undefined ? undefined : mode(subject) === 'LOCALHOST' ? 'localhost' : 'passthrough',
      sources: ({ snapshot }) => meshSources(snapshot.mesh, ['inboundTrafficPolicy', 'mode']),
    },
  ],
  { value: () => 'passthrough', sources: () => [{ kind: 'default', name: 'MeshConfig inboundTrafficPolicy.mode' }] },
)
