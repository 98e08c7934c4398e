import type { MeshConfig } from '../../istio/mesh/mesh-config.ts'
import type { ProxyConfig } from '../../istio/mesh/proxy-config/proxy-config.ts'
import { proxyConfigAnnotation } from '../../istio/names.ts'
import { type JsonObject, lookup } from '../../lang/json.ts'
import { resolver } from '../model/resolver.ts'
import { meshSources, type Source, valuesSources } from '../model/source.ts'
import type { Subject } from '../model/subject.ts'

export interface HoldSubject {
  /** The fields that the annotation `proxy.istio.io/config` sets. */
  readonly annotated: ProxyConfig
  readonly snapshot: { readonly values: JsonObject; readonly mesh: Pick<MeshConfig, 'defaultConfig'> }
}

const field = 'holdApplicationUntilProxyStarts'
const path = ['global', 'proxy', field]
const annotation: Source = { kind: 'annotation', name: proxyConfigAnnotation, field }

const inValues = ({ snapshot }: HoldSubject) => lookup(snapshot.values, ...path)

/**
 * Whether the application waits until the proxy runs: as set by the annotation, else by the mesh; and always if the values
 * enable it. ProxyConfig resources have no such field.
 */
export const holdApplication = resolver<boolean, HoldSubject, Subject>(
  [
    {
      value: (subject) => (inValues(subject) === true ? true : undefined),
      sources: (subject) => (inValues(subject) === true ? valuesSources(subject.snapshot.values, path) : []),
    },
    {
      value: ({ annotated }) => annotated[field],
      sources: ({ annotated: { [field]: value } }) => (value === undefined ? [] : [{ ...annotation, value }]),
      setBy: annotation,
    },
    {
      value: ({ snapshot }) => snapshot.mesh.defaultConfig[field],
      sources: ({ snapshot }) => meshSources(snapshot.mesh, ['defaultConfig', field]),
    },
    {
      value: (subject) => (inValues(subject) === false ? false : undefined),
      sources: ({ snapshot }) => valuesSources(snapshot.values, path),
    },
  ],
  { value: () => false, sources: () => [{ kind: 'default', name: field }] },
)
