import { floatText } from '../../lang/go/float.ts'
import { type Json, lookup, lookupText } from '../../lang/json.ts'
import type { Images } from '../model/template.ts'

/**
 * The images that the default templates use, from `values.global`. The type (`distroless`, `debug`) is the
 * annotation's, also an empty one; else for the proxy the ProxyConfig's; else `global.variant`.
 */
export function images(values: Json, annotatedType: string | undefined, proxyConfigType: string | undefined): Images {
  const global = lookup(values, 'global')
  const variant = lookupText(global, 'variant')
  return {
    proxy: image(global, 'proxy', annotatedType ?? (proxyConfigType || variant)),
    init: image(global, 'proxy_init', annotatedType ?? variant),
  }
}

function image(global: Json | undefined, component: 'proxy' | 'proxy_init', type: string): string {
  const name = lookupText(global, component, 'image') || 'proxyv2'
  return `${lookupText(global, 'hub')}/${name}:${withType(tagOf(lookup(global, 'tag')), type)}`
}

/** A tag that YAML reads as a number is printed as Go prints a float64: `1.10` gives `1.1`. */
function tagOf(tag: Json | undefined): string {
  if (typeof tag === 'number') return floatText(tag)
  return typeof tag === 'string' ? tag : ''
}

const knownTypes = ['-distroless', '-debug']

function withType(tag: string, type: string): string {
  if (type === '') return tag
  const known = knownTypes.find((suffix) => tag.endsWith(suffix)) ?? ''
  const bare = tag.slice(0, tag.length - known.length)
  return type === 'default' ? bare : `${bare}-${type}`
}
