import { proxyName } from '../../istio/names.ts'
import { mergePod } from '../../kubernetes/merge/merge.ts'
import { type ContainerList, containerLists, containersOf, findNamed, withSpec } from '../../kubernetes/pod/access.ts'
import type { Pod } from '../../kubernetes/pod/types.ts'
import type { Step } from '../model/step.ts'
import type { RenderedTemplate } from '../model/template.ts'
import { blamed } from '../render/blame.ts'
import { inList, proxyRenderedIn } from './fit-templates.ts'
import { outline } from './outline.ts'

/** The steps that merge a template onto the pod. */
export type MergeStep = Step<'own-proxy'> | TemplateStep

export interface TemplateStep extends Step<'template'> {
  readonly rendered: RenderedTemplate
}

/** The steps that merge the output of a template onto the pod. */
export function mergeSteps(rendered: RenderedTemplate): readonly [Step<'own-proxy'>, TemplateStep] {
  const { patch } = rendered
  return [
    {
      name: 'own-proxy',
      why: "the pod's own proxy moves to the list in which the proxy runs",
      take: (pod) => ({ pod: withMovedProxy(pod, patch) }),
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
 * Moves a proxy that the pod author customised to the list in which the template has it (initContainers for a native sidecar),
 * so that both are merged; unless there is one already, from an earlier pass.
 */
function withMovedProxy(pod: Pod, patch: Pod): Pod {
  const proxyIn = (list: ContainerList) => findNamed(containersOf(pod, list), proxyName)
  const to = containerLists.find((list) => proxyRenderedIn(list, patch) !== undefined)
  if (to === undefined || proxyIn(to) !== undefined) return pod
  const from = to === 'containers' ? 'initContainers' : 'containers'
  const own = proxyIn(from)
  if (own === undefined) return pod
  return withSpec(pod, {
    [from]: containersOf(pod, from).filter((container) => container !== own),
    [to]: [...containersOf(pod, to), inList(to, own)],
  })
}
