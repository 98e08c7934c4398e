import { proxyName } from '../../istio/names.ts'
import { mergePod } from '../../kubernetes/merge/merge.ts'
import { containersOf, findNamed, withSpec } from '../../kubernetes/pod/access.ts'
import type { Pod } from '../../kubernetes/pod/types.ts'
import type { Step } from '../model/step.ts'
import type { RenderedTemplate } from '../model/template.ts'
import { blamed } from '../render/blame.ts'
import { outline } from './outline.ts'

/** The steps that merge a template onto the pod. */
export type MergeStep = Step<'native-proxy'> | TemplateStep

export interface TemplateStep extends Step<'template'> {
  readonly rendered: RenderedTemplate
}

/** The steps that merge the output of a template onto the pod. */
export function mergeSteps(rendered: RenderedTemplate): readonly [Step<'native-proxy'>, TemplateStep] {
  const { patch } = rendered
  return [
    {
      name: 'native-proxy',
      why: "the pod's own proxy becomes a native sidecar, under initContainers",
      take: (pod) => ({ pod: withNativeProxy(pod, patch) }),
    },
    {
      name: 'template',
      why: 'a template is merged onto the pod',
      rendered,
      take: (pod) => ({ pod: blamed(rendered, () => mergePod(pod, patch)) }),
    },
  ]
}

/** The outlines of templates merged onto an empty pod: only what they inject, nothing of the pod author's. */
export function injectedBy(all: readonly RenderedTemplate[]): Pod {
  return all.reduce<Pod>((merged, one) => blamed(one, () => mergePod(merged, outline(one.patch))), {})
}

/**
 * Moves a proxy that the pod author customised in containers to initContainers if the template's is there, so that both are
 * merged; unless there is one already, from an earlier pass.
 */
function withNativeProxy(pod: Pod, patch: Pod): Pod {
  const own = findNamed(containersOf(pod), proxyName)
  const native = (one: Pod) => findNamed(containersOf(one, 'initContainers'), proxyName) !== undefined
  if (own === undefined || !native(patch) || native(pod)) return pod
  return withSpec(pod, {
    containers: containersOf(pod).filter((container) => container !== own),
    initContainers: [...containersOf(pod, 'initContainers'), own],
  })
}
