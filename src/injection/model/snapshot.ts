import type { MeshConfig } from '../../istio/mesh/mesh-config.ts'
import type { LabelSelector } from '../../kubernetes/selector.ts'
import type { JsonObject, StringMap } from '../../lang/json.ts'
import type { PolicyRule } from '../policy/annotation-policy.ts'
import type { InjectionTemplate } from './template.ts'

export type NativeSidecars = 'auto' | 'enabled' | 'disabled'

/** Everything an injection depends on but the pod and the cluster: checked whole, never changed, swapped as one. */
export interface Snapshot {
  /** SHA-256 over all that the documents and settings say, hex; what `outdated` and replicas compare. */
  readonly hash: string
  readonly revision: string
  readonly nativeSidecars: NativeSidecars
  /** `openshift` or nothing. */
  readonly platform: string | undefined
  readonly compliancePolicy: string
  /** Whether injected pods carry the hash. */
  readonly stampHash: boolean
  /** `enabled` or `disabled`; anything else was reported when it loaded, and skips every pod. */
  readonly policy: string
  readonly defaultTemplates: readonly string[]
  readonly templates: ReadonlyMap<string, InjectionTemplate>
  readonly aliases: ReadonlyMap<string, readonly string[]>
  readonly neverInjectSelector: readonly LabelSelector[]
  readonly alwaysInjectSelector: readonly LabelSelector[]
  readonly injectedAnnotations: StringMap
  readonly annotationPolicy: readonly PolicyRule[]
  readonly values: JsonObject
  readonly mesh: MeshConfig
  /** `meshConfig.discoverySelectors`, checked: one of them must select a namespace for it to be known; none: all are. */
  readonly discoverySelectors: readonly LabelSelector[]
}
