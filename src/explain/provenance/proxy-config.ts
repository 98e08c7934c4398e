import type { ProxyConfigLayer } from '../../istio/mesh/proxy-config/layers.ts'
import { defaultProxyConfig } from '../../istio/mesh/proxy-config/proxy-config.ts'
import { proxyConfigAnnotation } from '../../istio/names.ts'
import { isObject, type Json, type JsonObject, own } from '../../lang/json.ts'
import type { Source } from './types.ts'

/** Which layers of a pod's ProxyConfig set a field: the one that counts and those below it, which lost. */
export interface LayeredField {
  readonly won: Source | undefined
  readonly lost: readonly Source[]
}

/** A field of a ProxyConfig by its JSON names; of `proxyMetadata`, which layers join key by key, also one key of it. */
export function layeredField(layers: readonly ProxyConfigLayer[], path: readonly string[]): LayeredField {
  const [field = '', key] = path
  const own = layers.flatMap((layer) =>
    sourceIn(layer, field === 'proxyMetadata' ? [field, ...(key ? [key] : [])] : [field]),
  )
  return { won: own.at(-1), lost: own.slice(0, -1).reverse() }
}

/** The fields that some layer above the built-in defaults sets, proxyMetadata key by key. */
export function fieldsSet(layers: readonly ProxyConfigLayer[]): readonly (readonly string[])[] {
  const found = new Map<string, readonly string[]>()
  for (const layer of layers) {
    if (layer.origin === 'defaults') continue
    for (const [field, value] of Object.entries(layer.config)) {
      if (layer.origin === 'mesh' && isDefault(field, value)) continue
      const paths =
        field === 'proxyMetadata' && isObject(value) ? Object.keys(value).map((key) => [field, key]) : [[field]]
      for (const path of paths) found.set(path.join('\n'), path)
    }
  }
  return [...found.values()]
}

function sourceIn({ origin, config }: ProxyConfigLayer, path: readonly string[]): readonly Source[] {
  const value = below(config, path)
  const [field = ''] = path
  if (value === undefined) return []
  const name = path.join('.')
  if (origin === 'defaults') return [{ kind: 'default', name: `ProxyConfig ${name}`, value }]
  // A mesh's defaultConfig is complete: what it has from the built-in defaults is not the mesh's own.
  if (origin === 'mesh') return isDefault(field, value) ? [] : [{ kind: 'mesh', name: `defaultConfig.${name}`, value }]
  if (origin === 'annotation') return [{ kind: 'annotation', name: proxyConfigAnnotation, field: name, value }]
  return [{ kind: 'proxy-config', name: `${origin.namespace}/${origin.name}`, field: name, value }]
}

function isDefault(field: string, value: Json): boolean {
  return own<Json>(defaultProxyConfig, field) === value
}

function below(config: JsonObject, path: readonly string[]): Json | undefined {
  let value: Json | undefined = config
  for (const key of path) value = isObject(value) ? own(value, key) : undefined
  return value
}
