import { type JsonObject, lookup } from '../lang/json.ts'
import type { Problem } from './faults.ts'
import type { Expected } from './problem.ts'
import { wrongType } from './read.ts'

type Kind = 'string' | 'boolean' | 'string or number'

/** The values that the injector itself reads, rather than templates. The types of all others depend on the templates. */
export const checkedValues: readonly {
  readonly path: readonly string[]
  readonly kind: Kind
  readonly text: string
}[] = [
  { path: ['global', 'hub'], kind: 'string', text: 'The registry and repository prefix of the images.' },
  { path: ['global', 'tag'], kind: 'string or number', text: 'The tag of the images.' },
  { path: ['global', 'variant'], kind: 'string', text: 'The variant of the images: `distroless`, `debug` or empty.' },
  {
    path: ['global', 'proxy', 'image'],
    kind: 'string',
    text: "The proxy's image: a name within the hub, or a full image reference.",
  },
  { path: ['global', 'proxy_init', 'image'], kind: 'string', text: "The init container's image: likewise." },
  {
    path: ['global', 'multiCluster', 'clusterName'],
    kind: 'string',
    text: "The cluster, unless the webhook's path contains one.",
  },
  {
    path: ['global', 'network'],
    kind: 'string',
    text: "The network, unless the pod or the webhook's path specifies one.",
  },
  {
    path: ['global', 'proxy', 'holdApplicationUntilProxyStarts'],
    kind: 'boolean',
    text: 'Whether the proxy starts before the application.',
  },
  {
    path: ['sidecarInjectorWebhook', 'rewriteAppHTTPProbe'],
    kind: 'boolean',
    text: 'Whether probes are rewritten to go through the agent.',
  },
]

const kinds: { readonly [K in Kind]: { readonly types: readonly string[]; readonly expected: Expected } } = {
  string: { types: ['string'], expected: 'string' },
  boolean: { types: ['boolean'], expected: 'boolean' },
  'string or number': { types: ['string', 'number'], expected: 'string-or-number' },
}

/** The problems of these values, as far as they are set. */
export function checkValues(values: JsonObject): readonly Problem[] {
  return checkedValues.flatMap(({ path, kind }) => {
    const value = lookup(values, ...path)
    const { types, expected } = kinds[kind]
    if (value === undefined || value === null || types.includes(typeof value)) return []
    return [{ ...wrongType(expected, value), path }]
  })
}
