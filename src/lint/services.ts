import { type AnalyzedObject, itemsAt, stringsAt } from '../kubernetes/objects.ts'
import { isObject, lookup, lookupString, own, type StringMap } from '../lang/json.ts'
import type { Path } from '../lang/text/path.ts'
import { groupBy } from './group.ts'
import { protocolOf } from './protocols.ts'
import { applicationOf, type Workload } from './workload.ts'

/** A Service of Kubernetes. */
export interface Service {
  readonly object: AnalyzedObject
  /** Empty if it selects nothing. */
  readonly selector: StringMap
  readonly clusterIPs: readonly string[]
  readonly isExternalName: boolean
  readonly ports: readonly ServicePort[]
}

export interface ServicePort {
  readonly path: Path
  readonly name: string
  readonly port: number
  /** A number, or the name of a container's port. */
  readonly target: number | string
  /** `TCP`, `UDP` or `SCTP`. */
  readonly transport: string
  readonly appProtocol: string
  /** Undefined if Istio has to detect it. */
  readonly protocol: string | undefined
}

/** Reads a Service; ports without a number are left out. */
export function readService(object: AnalyzedObject): Service {
  const spec = lookup(object.json, 'spec')
  return {
    object,
    selector: stringsAt(spec, 'selector'),
    clusterIPs: [lookupString(spec, 'clusterIP'), ...stringsIn(lookup(spec, 'clusterIPs'))].filter(
      (address, index, all) => address !== '' && address !== 'None' && all.indexOf(address) === index,
    ),
    isExternalName: lookupString(spec, 'type') === 'ExternalName',
    ports: itemsAt(spec, 'ports').flatMap(({ item, index }) => {
      const port = own(item, 'port')
      if (typeof port !== 'number') return []
      const target = own(item, 'targetPort')
      const name = lookupString(item, 'name')
      const transport = lookupString(item, 'protocol') || 'TCP'
      const appProtocol = lookupString(item, 'appProtocol')
      return [
        {
          path: ['spec', 'ports', index],
          name,
          port,
          target: typeof target === 'number' || (typeof target === 'string' && target !== '') ? target : port,
          transport,
          appProtocol,
          protocol: protocolOf({ name, appProtocol, transport, port }),
        },
      ]
    }),
  }
}

function stringsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

/** The container port that a Service port targets; undefined for a name that no container declares. */
export function targetPort(workload: Workload, { target }: ServicePort): number | undefined {
  if (typeof target === 'number') return target
  for (const { ports } of applicationOf(workload)) {
    const found = ports.find(({ name }) => name === target)
    if (found !== undefined) return found.number
  }
  return undefined
}

/** Returns a function that finds the workloads whose pods a Service selects, by an index of labels. */
export function createSelection(workloads: readonly Workload[]): (service: Service) => readonly Workload[] {
  const labelled = workloads.flatMap((workload) =>
    Object.entries(workload.labels).map(([name, value]) => ({
      workload,
      key: keyOf(workload.object.namespace, name, value),
    })),
  )
  const byLabel = groupBy(labelled, ({ key }) => key)
  return ({ object, selector }) => {
    const pairs = Object.entries(selector)
    const sets = pairs.map(([name, value]) => byLabel.get(keyOf(object.namespace, name, value)) ?? [])
    const [smallest = []] = sets.toSorted((one, other) => one.length - other.length)
    return smallest
      .map(({ workload }) => workload)
      .filter(({ labels }) => pairs.every(([name, value]) => own(labels, name) === value))
  }
}

function keyOf(namespace: string, name: string, value: string): string {
  return JSON.stringify([namespace, name, value])
}

/** A ServiceEntry of Istio. */
export interface ServiceEntry {
  readonly object: AnalyzedObject
  readonly hosts: readonly string[]
  readonly addresses: readonly string[]
  readonly ports: readonly ServiceEntryPort[]
}

export interface ServiceEntryPort {
  readonly path: Path
  readonly name: string
  readonly number: number
  /** As written; empty if unset. */
  readonly protocol: string
}

/** Reads a ServiceEntry; ports without a number are left out. */
export function readServiceEntry(object: AnalyzedObject): ServiceEntry {
  const spec = lookup(object.json, 'spec')
  const allocated = itemsAt(object.json, 'status', 'addresses').map(({ item }) => lookupString(item, 'value'))
  return {
    object,
    hosts: stringsIn(lookup(spec, 'hosts')),
    addresses: [...stringsIn(lookup(spec, 'addresses')), ...allocated].filter((address) => address !== ''),
    ports: itemsAt(spec, 'ports').flatMap(({ item, index }) => {
      const number = own(item, 'number')
      if (typeof number !== 'number' || !isObject(item)) return []
      const path = ['spec', 'ports', index]
      return [{ path, number, name: lookupString(item, 'name'), protocol: lookupString(item, 'protocol') }]
    }),
  }
}
