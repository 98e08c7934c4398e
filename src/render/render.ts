import { isObject, type Json, type JsonObject } from '../json.ts'
import { dropZeros } from '../merge/drop-zeros.ts'
import { MergeError } from '../merge/error.ts'
import { mergePod } from '../merge/merge.ts'
import { struct } from '../schema/kubernetes.ts'
import { readYaml } from '../yaml/read.ts'
import type { TemplateInputs } from './data.ts'
import { remember } from './remember.ts'
import type { InjectionTemplate } from './templates.ts'

/** What a template renders to. */
export interface Rendered {
  /**
   * A partial Pod, as Kubernetes' own types would write it: what they leave out when zero is left out. Nulls and merge
   * directives are still in it.
   */
  readonly patch: JsonObject
  /** The patch on its own: merged onto an empty pod. */
  readonly pod: JsonObject
}

/** Renders a template; an empty text is an empty pod. Throws a RenderError, YamlError or MergeError. */
export function renderPod(template: InjectionTemplate, inputs: TemplateInputs): Rendered {
  return readPod(template.render(inputs))
}

const readPod = remember((text): Rendered => {
  const document: Json = readYaml(text, { integers: 'float64' }) ?? {}
  if (!isObject(document)) throw new MergeError([], 'must be an object')
  const patch = dropZeros(struct('Pod'), document)
  return { patch, pod: mergePod({}, patch) }
})
