import type { Container, EnvVar, Pod } from '../../kubernetes/pod/types.ts'
import type { StringMap } from '../../lang/json.ts'
import type { Warning } from './injection.ts'
import type { Subject } from './subject.ts'
import type { TemplateInputs } from './template.ts'

/** Everything that is determined before a template is rendered. */
export interface Prepared {
  /** The input of all settings. */
  readonly subject: Subject
  /** The pod that templates are merged onto. */
  readonly base: Pod
  readonly earlier: EarlierInjection
  readonly inputs: TemplateInputs
  /** The proxy's variables that the cluster sets: the path's pairs, the cluster and the network. */
  readonly environment: StringMap
  /** All variables of the proxy after an earlier pass (and later webhooks); empty without an earlier pass. */
  readonly environmentBefore: readonly EnvVar[]
  readonly warnings: readonly Warning[]
}

/** What an earlier pass of an injector recorded. */
export interface EarlierInjection {
  /** The pod has a status annotation, whether it can be parsed or not. */
  readonly injected: boolean
  readonly containers: readonly string[]
  readonly initContainers: readonly string[]
  readonly volumes: readonly string[]
  readonly revision: string | undefined
  readonly overrides: Overrides
}

/** The pod author's versions of injected containers, which take precedence over the template's. */
export interface Overrides {
  readonly containers: readonly Container[]
  readonly initContainers: readonly Container[]
}
