import { type Json, lookup } from '../../../lang/json.ts'
import type { ProxyConfigLayer } from './layers.ts'
import { mergeProxyConfig, type ProxyConfig } from './proxy-config.ts'

/** Which layers set a field of a ProxyConfig. */
export interface LayeredField {
  /** The layer whose value is in the effective ProxyConfig; undefined if there is none. */
  readonly won: ProxyConfigLayer | undefined
  /** The other layers that set it, from high to low. */
  readonly lost: readonly ProxyConfigLayer[]
}

/**
 * Finds the layer that determines a field, by merging. The path is that of a field, or of a key in a field that is merged by
 * key (`mergedByKey`).
 */
export function layeredField(layers: readonly ProxyConfigLayer[], path: readonly string[]): LayeredField {
  let config: ProxyConfig = {}
  let won: ProxyConfigLayer | undefined
  const setting: ProxyConfigLayer[] = []
  for (const layer of layers) {
    const before = lookup(config, ...path)
    config = mergeProxyConfig(config, layer.config)
    const [own, after] = [lookup(layer.config, ...path), lookup(config, ...path)]
    if (own !== undefined) setting.push(layer)
    if (after === undefined) won = undefined
    else if (own !== undefined && (isSame(own, after) || !isSame(before, after))) won = layer
  }
  return { won, lost: setting.filter((layer) => layer !== won).reverse() }
}

function isSame(one: Json | undefined, other: Json | undefined): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other)
}
