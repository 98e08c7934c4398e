import type { Observe } from '../../explain/provenance/observer.ts'
import { proxyName } from '../../istio/names.ts'
import { MergeError } from '../../kubernetes/merge/error.ts'
import { mergePod } from '../../kubernetes/merge/merge.ts'
import { containersOf, findNamed, withSpec } from '../../kubernetes/pod/access.ts'
import type { Pod } from '../../kubernetes/pod/types.ts'
import { YamlError } from '../../lang/yaml/error.ts'
import type { Warning } from '../model/injection.ts'
import { UserFault } from '../model/user-fault.ts'
import type { TemplateInputs } from '../render/data.ts'
import { renderPod } from '../render/render.ts'
import { type InjectionTemplate, RenderError } from '../render/templates.ts'
import { outline } from './outline.ts'
import { parseJson, readAsJson, refuseTakeover, warnUnreadable } from './user-json.ts'

export interface Merged {
  readonly pod: Pod
  /** The outlines of the same templates merged onto an empty pod: what was injected, and nothing of the user's. */
  readonly rendered: Pod
  readonly warnings: readonly Warning[]
}

/** Renders each template in turn and merges what it gives onto the pod. */
export function mergeTemplates(
  base: Pod,
  templates: readonly InjectionTemplate[],
  inputs: TemplateInputs,
  observe?: Observe,
): Merged {
  let merged: Merged = { pod: base, rendered: {}, warnings: [] }
  for (const template of templates) merged = mergeTemplate(merged, template, inputs, observe)
  return merged
}

function mergeTemplate(
  { pod, rendered, warnings }: Merged,
  template: InjectionTemplate,
  inputs: TemplateInputs,
  observe: Observe | undefined,
): Merged {
  try {
    const patch = renderPod(template, inputs)
    const annotations = readAsJson(template, inputs.pod)
    refuseTakeover(patch, annotations)
    const moved = withNativeProxy(pod, patch)
    if (moved !== pod) observe?.({ name: 'native-proxy' }, moved)
    const after = mergePod(moved, patch)
    observe?.({ name: 'template', template, patch }, after)
    return {
      pod: after,
      rendered: mergePod(rendered, outline(patch)),
      warnings: [...warnings, ...warnUnreadable(annotations)],
    }
  } catch (error) {
    throw blame(error, template, inputs.pod)
  }
}

/**
 * A proxy that the user customised under containers follows the template's to initContainers, so that both meet; unless
 * one stands there already, from an earlier pass.
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

/**
 * A template that works for other pods fails on this one: where it had read an annotation of the pod as JSON, that
 * annotation is the likely cause, and its author the one who can mend it. Everything else is the template's fault.
 */
function blame(error: unknown, template: InjectionTemplate, pod: Pod): unknown {
  if (!(error instanceof RenderError || error instanceof YamlError || error instanceof MergeError)) return error
  const suspects = Object.entries(readAsJson(template, pod))
  const [annotation, ...others] = suspects.map(([name]) => name)
  if (annotation !== undefined) {
    const isJson = suspects.every(([, value]) => typeof parseJson(value) === 'object')
    return isJson
      ? new UserFault('invalid-annotation', { code: 'template-failed', annotation, others, detail: error.message })
      : new UserFault('invalid-annotation', { code: 'not-json', annotation, others })
  }
  return new Error(`the template ${template.name} failed on this pod: ${error.message}`, { cause: error })
}
