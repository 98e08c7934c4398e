import type { MeshConfig } from '../../istio/mesh/mesh-config.ts'
import { annotation } from '../../kubernetes/pod/access.ts'
import type { Pod } from '../../kubernetes/pod/types.ts'
import { parseBool } from '../../lang/go/bool.ts'
import { type JsonObject, lookup } from '../../lang/json.ts'
import { resolver } from '../model/resolver.ts'
import { annotationSources, meshSources, valuesSources } from '../model/source.ts'

export interface ProbeSubject {
  /** The pod after the templates, which may also set annotations. */
  readonly pod: Pod
  readonly snapshot: { readonly values: JsonObject; readonly mesh: MeshConfig }
}

const rewriteAnnotation = 'sidecar.istio.io/rewriteAppHTTPProbers'
const rewritePath = ['sidecarInjectorWebhook', 'rewriteAppHTTPProbe']

/** Whether the application's probes go through the agent. An annotation that isn't a boolean is ignored. */
export const probeRewriting = resolver<
  boolean,
  { readonly pod: Pod; readonly snapshot: Pick<ProbeSubject['snapshot'], 'values'> }
>(
  [
    {
      value: ({ pod }) => parseBool(annotation(pod, rewriteAnnotation) ?? ''),
      sources: ({ pod }) => annotationSources(pod, rewriteAnnotation),
      setBy: { kind: 'annotation', name: rewriteAnnotation },
    },
    {
      value: ({ snapshot }) => {
        const value = lookup(snapshot.values, ...rewritePath)
        return typeof value === 'boolean' ? value : undefined
      },
      sources: ({ snapshot }) => valuesSources(snapshot.values, rewritePath),
    },
  ],
  { value: () => false, sources: () => [{ kind: 'default', name: 'rewriteAppHTTPProbe' }] },
)

const portAnnotation = 'status.sidecar.istio.io/port'

/** The agent's port for the kubelet: from the annotation, else the mesh's status port. A blank annotation is ignored. */
export const agentPort = resolver<number, ProbeSubject>(
  [
    {
      value: ({ pod }) => {
        const annotated = annotation(pod, portAnnotation)?.trim() ?? ''
        return annotated === '' ? undefined : Number(annotated)
      },
      sources: ({ pod }) => annotationSources(pod, portAnnotation),
      setBy: { kind: 'annotation', name: portAnnotation },
    },
  ],
  {
    value: ({ snapshot }) => snapshot.mesh.defaultConfig.statusPort,
    sources: ({ snapshot }) => meshSources(snapshot.mesh, ['defaultConfig', 'statusPort']),
  },
)
