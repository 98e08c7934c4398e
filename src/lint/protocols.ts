/* How Istio tells what a port speaks: https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection */

/** What a port says of itself. */
export interface PortNaming {
  readonly name: string
  /** Empty where it says none. */
  readonly appProtocol: string
  /** `TCP`, `UDP` or `SCTP`. */
  readonly transport: string
  readonly port: number
}

/** Protocols that a port's name can begin with, each with its family: those of one family can be told apart as they run. */
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

// The server speaks first on these, so Istio never waits to see what a client says: SMTP, DNS, MySQL, MongoDB.
const plainPorts: ReadonlySet<number> = new Set([25, 53, 3306, 27017])

/** The protocol that a port is known to speak; undefined where Istio has to guess. */
export function protocolOf({ name, appProtocol, transport, port }: PortNaming): string | undefined {
  if (transport === 'UDP' || transport === 'SCTP') return transport.toLowerCase()
  if (appProtocol !== '') return known(appProtocols.get(appProtocol.toLowerCase()) ?? appProtocol)
  return protocolOfName(name) ?? (plainPorts.has(port) ? 'tcp' : undefined)
}

/** The protocol that a port's name says: `grpc-web`, `http-admin` and `tcp`, but not `webhttp`. */
export function protocolOfName(name: string): string | undefined {
  const lower = name.toLowerCase()
  if (lower === 'grpc-web' || lower.startsWith('grpc-web-')) return 'grpc-web'
  return known(lower.split('-', 1)[0] ?? '')
}

function known(protocol: string): string | undefined {
  const lower = protocol.toLowerCase()
  return families.has(lower) ? lower : undefined
}

/** `HTTP` for http2 and grpc, `TLS` for https: what a proxy has to know before a connection's first byte. */
export function familyOf(protocol: string): string {
  return families.get(protocol) ?? protocol.toUpperCase()
}
