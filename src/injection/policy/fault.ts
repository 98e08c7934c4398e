import { overridesAnnotation, proxyConfigAnnotation } from '../../istio/names.ts'
import type { Json } from '../../lang/json.ts'
import { type ByCode, byCode } from '../../lang/text/by-code.ts'
import { type Path, quote } from '../../lang/text/path.ts'

/** How a pod makes a setting that an annotation policy covers. */
export type SettingSource =
  | { readonly code: 'annotation' }
  /** By a field of the annotation `proxy.istio.io/config`. */
  | { readonly code: 'proxy-config'; readonly field: string; readonly value: Json }
  /** By the image of a container with the name of an injected one, in the pod or in the annotation `proxy.istio.io/overrides`. */
  | {
      readonly code: 'image'
      readonly image: Json
      readonly container: Json | undefined
      readonly of: 'pod' | 'overrides'
    }
  /** By other fields of such a container of the pod, which would override the injected ones. */
  | { readonly code: 'container'; readonly container: Json | undefined }

/** A setting of a pod that violates a rule of the annotation policy. */
export interface PolicyFault {
  readonly code: 'annotation-policy'
  /** Where the pod makes the setting. */
  readonly path: Path
  /** The annotation that the rule covers: the setting counts as this annotation, however it is made. */
  readonly annotation: string
  readonly value: string
  readonly source: SettingSource
  /** The position of the rule in `annotationPolicy`. */
  readonly rule: number
  /** The values that the rule allows; undefined if it allows none. */
  readonly allowed?: readonly string[]
  /** The rule's own message, which may contain `{annotation}` and `{value}`. */
  readonly message?: string
}

/** The rule's own message; by default where the setting is made, what is allowed, and the rule. */
export function describePolicyFault(fault: PolicyFault): string {
  const { annotation, value, rule, allowed, message } = fault
  if (message !== undefined) {
    return message.replaceAll(/\{(annotation|value)\}/g, (_, key) => (key === 'annotation' ? annotation : quote(value)))
  }
  const predicate =
    allowed === undefined ? 'is not allowed' : `is not one of the allowed values (${allowed.join(', ')})`
  return `${sourceText(fault)} ${predicate}: annotationPolicy[${rule}] covers ${annotation}`
}

function sourceText({ annotation, value, source }: PolicyFault): string {
  const texts: ByCode<SettingSource, string> = {
    annotation: () => `annotation '${annotation}' with value ${quote(value)}`,
    'proxy-config': (one) => `${one.field} ${quote(one.value)} in annotation '${proxyConfigAnnotation}'`,
    image: ({ image, container, of }) =>
      `image ${quote(image)} of container ${quote(container)} ${of === 'pod' ? 'of the pod itself' : `in annotation '${overridesAnnotation}'`}`,
    container: ({ container }) => `container ${quote(container)} of the pod itself, which overrides the injected one,`,
  }
  return byCode(texts, source)
}
