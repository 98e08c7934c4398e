import { dropZeros } from '../../kubernetes/merge/drop-zeros.ts'
import { MergeError } from '../../kubernetes/merge/error.ts'
import type { Pod } from '../../kubernetes/pod/types.ts'
import { struct } from '../../kubernetes/schema/schema.ts'
import { isObject, type Json } from '../../lang/json.ts'
import { createBlockCache } from '../../lang/yaml/block-cache.ts'
import { readYaml } from '../../lang/yaml/read.ts'
import {
  type ChosenTemplate,
  RenderError,
  type RenderedTemplate,
  type Rendering,
  type TemplateInputs,
} from '../model/template.ts'
import { blamed, failureOf } from './blame.ts'
import { annotationsAmong, refuseTakeover } from './user-json.ts'

/**
 * Renders a template for a pod. Throws a UserFault if an annotation that it parses as JSON can't be used, or if only the pod
 * asks for a template that can't be rendered.
 */
export function renderTemplate(chosen: ChosenTemplate, inputs: TemplateInputs): RenderedTemplate {
  const { template, requested } = chosen
  const { text, readAsJson } = render(chosen, inputs)
  const userJson = annotationsAmong(readAsJson, inputs.pod)
  const patch = blamed({ template, requested, userJson }, () => readPod(text))
  refuseTakeover(patch, userJson)
  return { template, requested, patch, written: patch, userJson }
}

function render(chosen: ChosenTemplate, inputs: TemplateInputs): Rendering {
  try {
    return chosen.template.render(inputs)
  } catch (error) {
    if (!(error instanceof RenderError)) throw error
    throw failureOf({ ...chosen, userJson: annotationsAmong(error.readAsJson, inputs.pod) }, error)
  }
}

// Templates render mostly the same lines for one pod as for the next.
const cache = createBlockCache()

/**
 * The partial Pod that a template rendered, as Kubernetes' own types would serialize it: zero values of omitempty fields are
 * left out. Nulls and merge directives are kept. An empty string is an empty pod. Throws a YamlError or MergeError.
 */
export function readPod(text: string): Pod {
  const document: Json = readYaml(text, { integers: 'float64', cache }) ?? {}
  if (!isObject(document)) throw new MergeError([], 'must be an object')
  return dropZeros(struct('Pod'), document)
}
