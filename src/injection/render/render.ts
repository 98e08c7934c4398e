import { dropZeros } from '../../kubernetes/merge/drop-zeros.ts'
import { MergeError } from '../../kubernetes/merge/error.ts'
import { struct } from '../../kubernetes/schema/schema.ts'
import { isObject, type Json, type JsonObject } from '../../lang/json.ts'
import { createBlockMemory } from '../../lang/yaml/block-memory.ts'
import { readYaml } from '../../lang/yaml/read.ts'
import type { TemplateInputs } from './data.ts'
import type { InjectionTemplate } from './templates.ts'

/**
 * Renders a template to a partial Pod, as Kubernetes' own types would write it: what they leave out when zero is left
 * out. Nulls and merge directives are still in it. An empty text is an empty pod. Throws a RenderError, YamlError or
 * MergeError.
 */
export function renderPod(template: InjectionTemplate, inputs: TemplateInputs): JsonObject {
  return readPod(template.render(inputs))
}

// What templates render for one pod is in most lines what they render for the next.
const memory = createBlockMemory()

function readPod(text: string): JsonObject {
  const document: Json = readYaml(text, { integers: 'float64', memory }) ?? {}
  if (!isObject(document)) throw new MergeError([], 'must be an object')
  return dropZeros(struct('Pod'), document)
}
