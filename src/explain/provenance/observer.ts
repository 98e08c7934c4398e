import type { Prepared } from '../../injection/prepare/prepare.ts'
import type { InjectionTemplate } from '../../injection/render/templates.ts'
import type { Pod } from '../../kubernetes/pod/types.ts'

/** A step of the pipeline that has been taken. */
export type PipelineStep =
  | { readonly name: 'prepare'; readonly prepared: Prepared }
  /** `patch` is what the template rendered to. */
  | { readonly name: 'template'; readonly template: InjectionTemplate; readonly patch: Pod }
  /** Before a template that brings a native sidecar: the pod's own proxy went to initContainers. */
  | { readonly name: 'native-proxy' }
  | { readonly name: FurtherStep }

/** The steps behind the merge of the templates, in their order. */
export type FurtherStep =
  | 'overrides'
  | 'proxy-user'
  | 'cluster-environment'
  | 'metrics'
  | 'secure-port'
  | 'probes'
  | 'stamp'
  | 'order'

/** Is told of each step as it has been taken, with the pod that it left. Nobody listens unless an injection is to be explained. */
export type Observe = (step: PipelineStep, pod: Pod) => void
