import type { IstiodSettings, NativeSidecars } from '../../istio/istiod/variables.ts'
import type { MeshConfig } from '../../istio/mesh/mesh-config.ts'
import type { LabelSelector } from '../../kubernetes/selector.ts'
import type { JsonObject, StringMap } from '../../lang/json.ts'
import type { PolicyRule } from '../policy/annotation-policy.ts'
import type { Resolved } from './resolver.ts'
import type { InjectionTemplate } from './template.ts'

/** Where each of istiod's settings comes from. */
export type SettingSources = {
  readonly [K in keyof IstiodSettings]: Pick<Resolved<IstiodSettings[K]>, 'value' | 'from' | 'lost'>
}

/** What happens to a pod whose pod-level resources leave no room for the injected containers. */
export type PodResources = 'pad' | 'deny'

/** Everything an injection depends on except the pod and the cluster: validated as a whole, immutable, replaced atomically. */
export interface Snapshot {
  /** SHA-256 of the content of documents and settings, in hex; compared by `outdated` and replicas. */
  readonly hash: string
  readonly revision: string
  readonly nativeSidecars: NativeSidecars
  /** `openshift` or undefined. */
  readonly platform: string | undefined
  readonly compliancePolicy: string
  /** The cluster of proxies whose webhook path names none; empty if unknown. */
  readonly cluster: string
  /** The variables of istiod's environment that a setting determines, for templates. */
  readonly istiodEnvironment: StringMap
  readonly settingSources: SettingSources
  /** Whether injected pods get the hash as an annotation. */
  readonly stampHash: boolean
  /** `enabled` or `disabled`; with any other value, which was reported when it was loaded, every pod is skipped. */
  readonly policy: string
  readonly defaultTemplates: readonly string[]
  readonly templates: ReadonlyMap<string, InjectionTemplate>
  /**
   * Templates that don't compile or read fields that pods don't have, by name with the first fault; no default template is among
   * them. Those that compile are in `templates`, too: perhaps a pod doesn't reach the faulty part.
   */
  readonly faultyTemplates: ReadonlyMap<string, string>
  readonly aliases: ReadonlyMap<string, readonly string[]>
  readonly neverInjectSelector: readonly LabelSelector[]
  readonly alwaysInjectSelector: readonly LabelSelector[]
  readonly injectedAnnotations: StringMap
  readonly annotationPolicy: readonly PolicyRule[]
  readonly podResources: PodResources
  readonly values: JsonObject
  readonly mesh: MeshConfig
  /** `meshConfig.discoverySelectors`, validated: namespaces that one of them selects belong to the mesh; if empty, all do. */
  readonly discoverySelectors: readonly LabelSelector[]
}
