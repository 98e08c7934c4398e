import { lookup, own } from '../../lang/json.ts'
import { quote } from '../../lang/text/path.ts'
import { familyOf, protocolNames, protocolOfName } from '../protocols.ts'
import type { Rule } from '../rule.ts'
import type { ServiceEntryPort } from '../services.ts'

/** Families whose first bytes carry no host name: a proxy distinguishes such connections by address and port only. */
const addressed: ReadonlySet<string> = new Set(['TCP', 'MongoDB', 'MySQL', 'Redis'])

/** Rules about ServiceEntries. */
export const serviceEntryRules: readonly Rule[] = [
  {
    code: 'OUT0015',
    severity: 'warning',
    title: 'ServiceEntry port without a known protocol',
    what: 'A port of a ServiceEntry declares no protocol that Istio supports.',
    why: 'Its traffic is handled as opaque TCP, which ignores its hosts.',
    fix: `set \`protocol\` to one of ${protocolNames.map((name) => name.toUpperCase()).join(', ')}`,
    *check({ serviceEntries }) {
      for (const { object, ports } of serviceEntries) {
        for (const port of ports) {
          if (protocolOfEntry(port) !== undefined) continue
          const { path, name, number, protocol } = port
          const said =
            protocol === ''
              ? `has no protocol, and its name ${quote(name)} doesn't start with one`
              : `has the protocol ${quote(protocol)}`
          const message = `port ${number} ${said}; known protocols: ${protocolNames.join(', ')}`
          yield { object, path: [...path, protocol === '' ? 'name' : 'protocol'], message }
        }
      }
    },
    example: {
      fails: `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: partner
  namespace: shop
spec:
  hosts: [api.example.com]
  ports:
  - {number: 443, name: partner}
`,
      object: 'ServiceEntry shop/partner',
      path: 'spec.ports[0].name',
      passes: `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: partner
  namespace: shop
spec:
  hosts: [api.example.com]
  ports:
  - {number: 443, name: partner, protocol: TLS}
`,
    },
  },
  {
    code: 'OUT0016',
    severity: 'warning',
    title: 'TCP ServiceEntry without addresses',
    what: 'A ServiceEntry has a plain TCP port and no addresses.',
    why: 'The proxy cannot match its traffic by host, so the entry claims the whole port: connections to any other host on it are routed to it, too.',
    fix: 'set `addresses`, use `protocol: TLS` if clients send a server name, or let Istio allocate addresses',
    *check({ serviceEntries }, { mesh }) {
      // https://istio.io/latest/docs/ops/configuration/traffic-management/dns-proxy/#address-auto-allocation
      if (lookup(mesh, 'defaultConfig', 'proxyMetadata', 'ISTIO_META_DNS_AUTO_ALLOCATE') === 'true') return
      for (const { object, ports, addresses } of serviceEntries) {
        if (addresses.length > 0 || own(object.labels, 'networking.istio.io/enable-autoallocate-ip') === 'true')
          continue
        for (const port of ports) {
          const protocol = protocolOfEntry(port)
          if (protocol === undefined || !addressed.has(familyOf(protocol))) continue
          const message = `port ${port.number} is ${protocol} and the entry has no addresses: it claims port ${port.number} of every address`
          yield { object, path: port.path, message }
        }
      }
    },
    example: {
      fails: `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: database
  namespace: shop
spec:
  hosts: [db.example.com]
  ports:
  - {number: 5432, name: tcp-postgres, protocol: TCP}
`,
      object: 'ServiceEntry shop/database',
      path: 'spec.ports[0]',
      passes: `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: database
  namespace: shop
spec:
  hosts: [db.example.com]
  addresses: [192.0.2.10]
  ports:
  - {number: 5432, name: tcp-postgres, protocol: TCP}
`,
    },
  },
]

/** If `protocol` is set, the name is ignored. */
function protocolOfEntry({ name, protocol }: ServiceEntryPort): string | undefined {
  return protocolOfName(protocol === '' ? name : protocol.toLowerCase())
}
