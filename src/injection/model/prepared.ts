import type { Container, EnvVar, Pod } from '../../kubernetes/pod/types.ts'
import type { StringMap } from '../../lang/json.ts'
import type { Warning } from './injection.ts'
import type { Subject } from './subject.ts'
import type { TemplateInputs } from './template.ts'

/** Everything that is known of a pod before a template is rendered. */
export interface Prepared {
  /** What settings are decided from. */
  readonly subject: Subject
  /** The pod that templates are merged onto. */
  readonly base: Pod
  readonly earlier: EarlierInjection
  readonly inputs: TemplateInputs
  /** What the cluster says to the proxy: the path's pairs, the cluster and the network. */
  readonly environment: StringMap
  /** All variables of the proxy as an earlier pass (and whoever came since) left them; none where there was no such pass. */
  readonly environmentBefore: readonly EnvVar[]
  readonly warnings: readonly Warning[]
}

/** What an earlier pass of an injector wrote about itself. */
export interface EarlierInjection {
  /** The pod carries a status annotation, readable or not. */
  readonly injected: boolean
  readonly containers: readonly string[]
  readonly initContainers: readonly string[]
  readonly overrides: Overrides
}

/** The user's own versions of injected containers, which win over the template's. */
export interface Overrides {
  readonly containers: readonly Container[]
  readonly initContainers: readonly Container[]
}
