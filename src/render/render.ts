import { isObject, type JsonObject } from '../json.ts'
import { dropZeros } from '../merge/drop-zeros.ts'
import { struct } from '../schema/kubernetes.ts'
import { readYaml } from '../yaml/read.ts'
import type { TemplateInputs } from './data.ts'
import type { InjectionTemplate } from './templates.ts'

/**
 * Renders a template to a partial Pod, as Kubernetes' own types would write it: what they leave out when zero is left
 * out. Nulls and merge directives are still in it. An empty text is an empty pod.
 */
export function renderPod(template: InjectionTemplate, inputs: TemplateInputs): JsonObject {
  const document = readYaml(template.render(inputs), { integers: 'float64' })
  if (document === null) return {}
  if (!isObject(document)) throw new Error(`the template ${template.name} does not render to an object`)
  return dropZeros(struct('Pod'), document) as JsonObject
}
