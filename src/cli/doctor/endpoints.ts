import { itemsAt } from '../../kubernetes/objects.ts'
import { type Json, type JsonObject, lookup, lookupString, own } from '../../lang/json.ts'
import type { ServiceRef } from './installations.ts'

/** Who answers for a Service: mostly a pod. */
export interface Backend {
  readonly pod: { readonly namespace: string; readonly name: string } | undefined
  readonly address: string
  /** To which the Service's port leads. */
  readonly port: number
  readonly isReady: boolean
}

/** What a Service makes of its port. */
export type ServicePort =
  | { readonly kind: 'port'; readonly name: string }
  | { readonly kind: 'external'; readonly host: string }
  | { readonly kind: 'missing'; readonly known: readonly number[] }

/** The Service's port that a webhook calls. */
export function servicePort(service: JsonObject, { port }: ServiceRef): ServicePort {
  const spec = lookup(service, 'spec')
  if (lookupString(spec, 'type') === 'ExternalName')
    return { kind: 'external', host: lookupString(spec, 'externalName') }
  const ports = itemsAt(spec, 'ports').map(({ item }) => item)
  const found = ports.find((item) => own(item, 'port') === port)
  if (found !== undefined) return { kind: 'port', name: lookupString(found, 'name') }
  return { kind: 'missing', known: ports.flatMap((item) => numberIn(own(item, 'port'))) }
}

/**
 * The endpoints of a Service's port, each pod once: of two address families the first counts.
 * https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/
 */
export function readBackends(slices: readonly JsonObject[], portName: string): readonly Backend[] {
  const backends = new Map<string, Backend>()
  for (const slice of slices) {
    const ports = itemsAt(slice, 'ports').map(({ item }) => item)
    const [port] = ports
      .filter((item) => lookupString(item, 'name') === portName)
      .flatMap((item) => numberIn(own(item, 'port')))
    if (port === undefined) continue
    for (const { item } of itemsAt(slice, 'endpoints')) {
      const addresses = own(item, 'addresses')
      const address: Json | undefined = Array.isArray(addresses) ? addresses[0] : undefined
      if (typeof address !== 'string') continue
      const pod = podOf(item, lookupString(slice, 'metadata', 'namespace'))
      const key = pod === undefined ? address : `pod ${pod.name}`
      // Where it isn't said, it is ready.
      const isReady = lookup(item, 'conditions', 'ready') !== false
      if (!backends.has(key)) backends.set(key, { pod, address, port, isReady })
    }
  }
  return [...backends.values()]
}

function podOf(endpoint: JsonObject, namespace: string): Backend['pod'] {
  const target = own(endpoint, 'targetRef')
  if (lookupString(target, 'kind') !== 'Pod') return undefined
  return { name: lookupString(target, 'name'), namespace: lookupString(target, 'namespace') || namespace }
}

function numberIn(value: Json | undefined): readonly number[] {
  return typeof value === 'number' ? [value] : []
}
