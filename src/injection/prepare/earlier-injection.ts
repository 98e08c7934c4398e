import { hashAnnotation, overridesAnnotation, proxyName, statusAnnotation } from '../../istio/names.ts'
import { findProxy } from '../../istio/proxy.ts'
import {
  annotation,
  annotationsOf,
  type ContainerList,
  containerLists,
  containersOf,
  findNamed,
  variable,
  withAnnotations,
  withSpec,
} from '../../kubernetes/pod/access.ts'
import { checkPod } from '../../kubernetes/pod/check.ts'
import { freeValueFault } from '../../kubernetes/pod/free-value.ts'
import { prometheusPort, withoutPrometheus } from '../../kubernetes/pod/prometheus.ts'
import type { Container, Pod } from '../../kubernetes/pod/types.ts'
import { isObject, type Json, type JsonObject, lookupString } from '../../lang/json.ts'
import type { OverridesFault } from '../model/fault.ts'
import type { EarlierInjection, Overrides } from '../model/prepared.ts'
import { UserFault } from '../model/user-fault.ts'

export function earlierInjection(pod: Pod): EarlierInjection {
  const status = readStatus(annotation(pod, statusAnnotation))
  return {
    injected: annotation(pod, statusAnnotation) !== undefined,
    containers: names(status?.['containers']),
    initContainers: names(status?.['initContainers']),
    volumes: names(status?.['volumes']),
    revision: lookupString(status, 'revision') || undefined,
    overrides: readOverrides(annotation(pod, overridesAnnotation)),
  }
}

/**
 * The pod for templates: without what the earlier pass added, and with the pod author's own containers back in place.
 * `statusPort` is the mesh's: scrape annotations with this port were set by the injector.
 */
export function withoutEarlierInjection(pod: Pod, earlier: EarlierInjection, statusPort: number): Pod {
  const stripped = readStatus(annotation(pod, statusAnnotation)) === undefined ? pod : strip(pod, earlier, statusPort)
  const { overrides } = earlier
  const recorded = recordedPorts(pod)
  const keys = recorded && new Set(recorded)
  const own = (list: ContainerList) =>
    containerLists.flatMap((from) => overrides[from].filter((one) => writtenIn(one, from, keys) === list))
  const containers = putBack(containersOf(stripped), own('containers'), recorded)
  const initContainers = putBack(containersOf(stripped, 'initContainers'), own('initContainers'), recorded)
  if (containers === containersOf(stripped) && initContainers === containersOf(stripped, 'initContainers'))
    return stripped
  return withSpec(stripped, { containers, initContainers })
}

/** The keys of the ports of all containers, as the earlier pass listed them for the proxy; undefined if it listed none. */
export function recordedPorts(pod: Pod): readonly string[] | undefined {
  const text = variable(findProxy(pod)?.env, 'ISTIO_META_POD_PORTS')
  if (text === undefined) return undefined
  const recorded = parseJson(text)
  const ports: readonly Json[] = Array.isArray(recorded) ? recorded : []
  return ports.map((port) => portKey(isObject(port) ? port : {}))
}

export function portKey(port: JsonObject): string {
  return JSON.stringify([port['name'] || '', port['containerPort'] ?? 0, port['protocol'] || 'TCP'])
}

/**
 * The list in which the pod author wrote a container that is in `list` now. The own proxy is moved to the list in which the
 * proxy runs. That isn't recorded, but the earlier pass listed the ports of all containers for the proxy, the proxy's own only
 * if it was written there. It has to be moved back, so that the template gets the same input as the first time.
 */
function writtenIn(
  { name, ports }: Container,
  list: ContainerList,
  recorded: ReadonlySet<string> | undefined,
): ContainerList {
  if (name !== proxyName || ports == null) return list
  const isRecorded = ports.every((port) => recorded?.has(portKey(port)))
  if (list === 'initContainers') return isRecorded ? 'containers' : list
  return isRecorded || recorded === undefined ? list : 'initContainers'
}

function strip(pod: Pod, earlier: EarlierInjection, statusPort: number): Pod {
  const keep = (names: readonly string[]) => {
    const added = new Set(names)
    return (container: Container) => !added.has(container.name)
  }
  const own = annotationsOf(pod)
  const {
    [statusAnnotation]: _status,
    [hashAnnotation]: _hash,
    ...annotations
  } = prometheusPort(own) === String(statusPort) ? withoutPrometheus(own) : own
  return withSpec(withAnnotations(pod, annotations), {
    containers: containersOf(pod).filter(keep(earlier.containers)),
    initContainers: containersOf(pod, 'initContainers').filter(keep(earlier.initContainers)),
  })
}

/** The containers with missing ones added at the end, and the proxy where its ports were listed. */
function putBack(
  containers: readonly Container[],
  overrides: readonly Container[],
  recorded: readonly string[] | undefined,
): readonly Container[] {
  const present = new Set(containers.map(({ name }) => name))
  const missing = overrides.filter(({ name }) => !present.has(name))
  if (missing.length === 0) return containers
  const all = [...containers, ...missing]
  const proxy = findNamed(missing, proxyName)
  if (proxy === undefined || recorded === undefined) return all
  const others = all.filter((container) => container !== proxy)
  return others.toSpliced(placeOf(proxy, others, recorded), 0, proxy)
}

/**
 * The last place of a container among others at which their ports come in the recorded order, though there may be others
 * between them that were added later. At the end if there is none.
 */
function placeOf(container: Container, others: readonly Container[], recorded: readonly string[]): number {
  const own = portsOf(container)
  // How many recorded ports the containers before and behind each place have.
  const before = [0]
  for (const [at, other] of others.entries()) before.push(advance(before[at] ?? 0, portsOf(other), recorded))
  const reversed = recorded.toReversed()
  let behind = 0
  for (let place = others.length; place >= 0; place--) {
    const [from, to] = [before[place] ?? 0, recorded.length - behind]
    if (to - from <= own.length && advance(from, own, recorded) >= to) return place
    behind = advance(behind, portsOf(others[place - 1]).toReversed(), reversed)
  }
  return others.length
}

function portsOf(container: Container | undefined): readonly string[] {
  return (container?.ports ?? []).map(portKey)
}

/** How far a list of recorded ports is reached with those of a container. */
function advance(from: number, ports: readonly string[], recorded: readonly string[]): number {
  return ports.reduce((at, port) => (port === recorded[at] ? at + 1 : at), from)
}

/** A status that isn't JSON lists nothing: that isn't a fault of the pod author, who didn't write it. */
function readStatus(text: string | undefined): JsonObject | undefined {
  const status = text === undefined ? undefined : parseJson(text)
  return isObject(status) ? status : undefined
}

function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function names(list: Json | undefined): readonly string[] {
  return Array.isArray(list) ? list.filter((name) => typeof name === 'string') : []
}

function readOverrides(text: string | undefined): Overrides {
  if (text === undefined) return { containers: [], initContainers: [] }
  const checked = checkPod({ spec: parseOverrides(text) })
  if ('faults' in checked) throw invalidOverrides({ code: 'invalid-overrides', faults: checked.faults })
  return { containers: containersOf(checked.pod), initContainers: containersOf(checked.pod, 'initContainers') }
}

function parseOverrides(text: string): JsonObject {
  let overrides: Json
  try {
    overrides = JSON.parse(text)
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    throw invalidOverrides({ code: 'overrides-not-json', detail })
  }
  if (overrides === null) return {}
  if (!isObject(overrides)) throw invalidOverrides({ code: 'overrides-not-an-object' })
  const fault = freeValueFault(overrides)
  if (fault !== undefined) throw invalidOverrides({ code: 'invalid-overrides', faults: [{ path: [], ...fault }] })
  const { containers = null, initContainers = null } = overrides
  return { containers, initContainers }
}

function invalidOverrides(fault: OverridesFault): UserFault {
  return new UserFault('invalid-annotation', { annotation: overridesAnnotation, ...fault })
}
