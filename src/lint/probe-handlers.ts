import { type Json, type JsonObject, lookup, lookupString } from '../lang/json.ts'
import type { Path } from '../lang/text/path.ts'

/** What the kubelet calls over the network: a probe, or a lifecycle hook. */
export interface Handler {
  /** From the container to the port. */
  readonly path: Path
  /** `readinessProbe`, `lifecycle.preStop`. */
  readonly field: string
  readonly kind: 'httpGet' | 'tcpSocket'
  readonly port: number | string
  readonly scheme: string
}

const fields: readonly (readonly string[])[] = [
  ['readinessProbe'],
  ['livenessProbe'],
  ['startupProbe'],
  ['lifecycle', 'preStop'],
  ['lifecycle', 'postStart'],
]

/** The probes and hooks of a container that call a port. */
export function handlersOf(container: JsonObject): readonly Handler[] {
  return fields.flatMap((field) => {
    const handler = lookup(container, ...field)
    return (['httpGet', 'tcpSocket'] as const).flatMap((kind) => {
      const port = lookup(handler, kind, 'port')
      if (!isPort(port)) return []
      const scheme = lookupString(handler, kind, 'scheme')
      return [{ path: [...field, kind, 'port'], field: field.join('.'), kind, port, scheme }]
    })
  })
}

function isPort(value: Json | undefined): value is number | string {
  return typeof value === 'number' || (typeof value === 'string' && value !== '')
}
