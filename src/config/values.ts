import { type JsonObject, lookup } from '../lang/json.ts'
import type { Problem } from './faults.ts'
import type { Expected } from './problem.ts'
import { wrongType } from './read.ts'

type Kind = 'text' | 'boolean' | 'text or number'

/** The values that the injector itself reads, templates aside. Of all others only a template knows what they must be. */
export const checkedValues: readonly {
  readonly path: readonly string[]
  readonly kind: Kind
  readonly text: string
}[] = [
  { path: ['global', 'hub'], kind: 'text', text: 'The registry and folder of the images.' },
  { path: ['global', 'tag'], kind: 'text or number', text: 'The tag of the images.' },
  { path: ['global', 'variant'], kind: 'text', text: 'The type of the images: `distroless`, `debug` or nothing.' },
  {
    path: ['global', 'proxy', 'image'],
    kind: 'text',
    text: "The proxy's image: a name below the hub, or the whole image.",
  },
  { path: ['global', 'proxy_init', 'image'], kind: 'text', text: "The init container's image, likewise." },
  {
    path: ['global', 'multiCluster', 'clusterName'],
    kind: 'text',
    text: 'The cluster, when the path of the webhook names none.',
  },
  { path: ['global', 'network'], kind: 'text', text: 'The network, when neither the pod nor the path names one.' },
  {
    path: ['global', 'proxy', 'holdApplicationUntilProxyStarts'],
    kind: 'boolean',
    text: 'Whether the proxy starts before the application.',
  },
  {
    path: ['sidecarInjectorWebhook', 'rewriteAppHTTPProbe'],
    kind: 'boolean',
    text: "Whether probes go through the proxy's agent.",
  },
]

const kinds: { readonly [K in Kind]: { readonly types: readonly string[]; readonly expected: Expected } } = {
  text: { types: ['string'], expected: 'string' },
  boolean: { types: ['boolean'], expected: 'boolean' },
  'text or number': { types: ['string', 'number'], expected: 'string-or-number' },
}

/** What is wrong with those values that are there. */
export function checkValues(values: JsonObject): readonly Problem[] {
  return checkedValues.flatMap(({ path, kind }) => {
    const value = lookup(values, ...path)
    const { types, expected } = kinds[kind]
    if (value === undefined || value === null || types.includes(typeof value)) return []
    return [{ ...wrongType(expected, value), path }]
  })
}
