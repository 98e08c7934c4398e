/* How Istio selects the protocol of a port: https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection */

/** The fields of a port that declare its protocol. */
export interface PortNaming {
  readonly name: string
  /** Empty if unset. */
  readonly appProtocol: string
  /** `TCP`, `UDP` or `SCTP`. */
  readonly transport: string
  readonly port: number
}

/** Prefixes of port names, each with its protocol family: protocols of one family are detected at run time. */
const families: ReadonlyMap<string, string> = new Map([
  ['http', 'HTTP'],
  ['http2', 'HTTP'],
  ['grpc', 'HTTP'],
  ['grpc-web', 'HTTP'],
  ['https', 'TLS'],
  ['tls', 'TLS'],
  ['tcp', 'TCP'],
  ['mongo', 'MongoDB'],
  ['mysql', 'MySQL'],
  ['redis', 'Redis'],
  ['udp', 'UDP'],
])

export const protocolNames: readonly string[] = [...families.keys()]

const appProtocols: ReadonlyMap<string, string> = new Map([
  ['kubernetes.io/h2c', 'http2'],
  ['kubernetes.io/ws', 'http'],
  ['kubernetes.io/wss', 'https'],
])

// The server speaks first on these, so Istio doesn't detect the protocol: SMTP, DNS, MySQL, MongoDB.
const plainPorts: ReadonlySet<number> = new Set([25, 53, 3306, 27017])

/** The declared protocol of a port; undefined if Istio has to detect it. */
export function protocolOf({ name, appProtocol, transport, port }: PortNaming): string | undefined {
  if (transport === 'UDP' || transport === 'SCTP') return transport.toLowerCase()
  if (appProtocol !== '') return known(appProtocols.get(appProtocol.toLowerCase()) ?? appProtocol)
  return protocolOfName(name) ?? (plainPorts.has(port) ? 'tcp' : undefined)
}

/** The protocol that a port's name declares: `grpc-web`, `http-admin` and `tcp`, but not `webhttp`. */
export function protocolOfName(name: string): string | undefined {
  const lower = name.toLowerCase()
  if (lower === 'grpc-web' || lower.startsWith('grpc-web-')) return 'grpc-web'
  return known(lower.split('-', 1)[0] ?? '')
}

function known(protocol: string): string | undefined {
  const lower = protocol.toLowerCase()
  return families.has(lower) ? lower : undefined
}

/** `HTTP` for http2 and grpc, `TLS` for https: what a proxy must be configured with before the first byte. */
export function familyOf(protocol: string): string {
  return families.get(protocol) ?? protocol.toUpperCase()
}
