import { isObject, lookup } from '../../lang/json.ts'
import { getKey, isList, isMap, StructValue, type Value } from '../../lang/template/value.ts'
import { MessageView } from './message-view.ts'

/**
 * OpenTelemetry's resource attributes of the workload (service namespace, version, instance), for meshes whose
 * extension provider uses the semantic conventions; empty for all others.
 * https://opentelemetry.io/docs/specs/semconv/non-normative/k8s-attributes
 */
export function otelResourceAttributes(
  mesh: StructValue,
  annotations: Value,
  labels: Value,
  namespace: string,
  containers: Value,
): string {
  if (!wanted(mesh)) return ''
  const annotated = (name: string) => textOf(annotations, `resource.opentelemetry.io/${name}`)
  const all = isList(containers) ? containers.filter((container) => container instanceof StructValue) : []
  const first = fieldText(all[0], 'Name')
  const version =
    textOf(labels, 'app.kubernetes.io/version') || (all.length === 1 ? imageVersion(fieldText(all[0], 'Image')) : '')
  const attributes = {
    'service.namespace': annotated('service.namespace') || namespace,
    'service.version': annotated('service.version') || version,
    'service.instance.id':
      annotated('service.instance.id') || (first === '' ? '' : `${namespace}.$(POD_NAME).${first}`),
  }
  return Object.entries(attributes)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}=${value}`)
    .join(',')
}

function wanted(mesh: StructValue): boolean {
  const providers = mesh instanceof MessageView ? lookup(mesh.document, 'extensionProviders') : undefined
  return (
    Array.isArray(providers) &&
    providers.some(
      (provider) =>
        isObject(provider) &&
        lookup(provider, 'opentelemetry', 'serviceAttributeEnrichment') === 'OTEL_SEMANTIC_CONVENTIONS',
    )
  )
}

/** `tag@digest`, the digest or the tag of an image reference. A colon may also belong to the registry's port. */
function imageVersion(image: string): string {
  const at = image.indexOf('@')
  const digest = at < 0 ? '' : image.slice(at + 1)
  const path = at < 0 ? image : image.slice(0, at)
  const colon = path.lastIndexOf(':')
  const tag = colon > path.lastIndexOf('/') ? path.slice(colon + 1) : ''
  return tag !== '' && digest !== '' ? `${tag}@${digest}` : digest || tag
}

function textOf(map: Value, key: string): string {
  const value = isMap(map) ? getKey(map, key) : undefined
  return typeof value === 'string' ? value : ''
}

function fieldText(struct: Value, name: string): string {
  const value = struct instanceof StructValue ? struct.field(name) : undefined
  return typeof value === 'string' ? value : ''
}
