import { proxyName } from '../../../istio/names.ts'
import { annotationsOf, containersOf, labelsOf } from '../../../kubernetes/pod/access.ts'
import { podLimits } from '../../../kubernetes/pod/size.ts'
import { syntaxes } from '../../../kubernetes/pod/syntax.ts'
import type { Named, Pod } from '../../../kubernetes/pod/types.ts'
import type { FieldType } from '../../../kubernetes/schema/schema.ts'
import { byteLength } from '../../../lang/go/utf8.ts'
import { own, type StringMap } from '../../../lang/json.ts'
import type { Path } from '../../../lang/text/path.ts'
import type { RefusedFault } from '../../model/fault.ts'
import { containerFaults } from './container.ts'
import { hostPortFaults, profileFaults, specFaults } from './pod.ts'
import { labelFaults } from './relations.ts'
import { type Touched, touchedBy } from './touched.ts'
import { faultsByType, isSound } from './visit.ts'

type Check = (touched: Touched) => Iterable<RefusedFault>

/**
 * Everything that is checked. Only what the injection added or changed is looked at: the rest is the pod author's, and an API
 * server tells them.
 */
const checks: readonly Check[] = [
  containerNames,
  containers,
  hostPortFaults,
  volumes,
  labels,
  annotations,
  profileFaults,
  specFaults,
]

/** The most faults that are of use to anyone. */
const maxFaults = 20

/**
 * What an API server would refuse in an injected pod because of its injection, the first 20 of it. The rules are those of
 * Kubernetes 1.36, pkg/apis/core/validation.
 */
export function refusedFaults(before: Pod, after: Pod): readonly RefusedFault[] {
  const touched = touchedBy(before, after)
  const faults: RefusedFault[] = []
  for (const check of checks) {
    for (const fault of check(touched)) {
      faults.push(fault)
      if (faults.length === maxFaults) return faults
    }
  }
  return faults
}

/** Names are unique over all lists of containers. */
function* containerNames({ before, pod }: Touched): Iterable<RefusedFault> {
  const lists = ['containers', 'initContainers', 'ephemeralContainers'] as const
  // The pod's own proxy is its only container, and moved.
  if (containersOf(pod).length === 0 && containersOf(before).length > 0)
    yield {
      path: ['spec', 'containers'],
      code: 'missing-field',
      other: ['spec', 'initContainers', proxyIndex(pod), 'name'],
    }
  const seen = new Map<string, Path>()
  for (const list of lists) {
    for (const [index, { name }] of containerList(pod, list).entries()) {
      const place: Path = ['spec', list, index, 'name']
      const other = seen.get(name)
      // A name that the pod has twice by itself is no news to its author.
      if (other !== undefined && count(before, name) < 2)
        yield { path: place, code: 'used-twice', value: name, what: 'container', other }
      seen.set(name, place)
    }
  }
  function count(one: Pod, name: string): number {
    return lists.flatMap((list) => containerList(one, list)).filter((container) => container.name === name).length
  }
}

function proxyIndex(pod: Pod): number {
  return containersOf(pod, 'initContainers').findIndex(({ name }) => name === proxyName)
}

function containerList(pod: Pod, list: 'containers' | 'initContainers' | 'ephemeralContainers'): readonly Named[] {
  // Ephemeral containers have names like the others, and nothing else is read of them.
  return list === 'ephemeralContainers' ? ((pod.spec?.[list] ?? []) as readonly Named[]) : containersOf(pod, list)
}

function containers(touched: Touched): readonly RefusedFault[] {
  const faults: RefusedFault[] = []
  for (const one of touched.containers) containerFaults(one, touched, faults)
  return faults
}

const volumeType: FieldType = { kind: 'struct', name: 'Volume' }

function volumes({ before, pod, volumeNames }: Touched): readonly RefusedFault[] {
  const [earlier, all] = [before.spec?.volumes ?? [], pod.spec?.volumes ?? []]
  const faults: RefusedFault[] = []
  if (earlier === all) return faults
  // A pod may have tens of thousands.
  const known = new Set<Named>(earlier)
  const isNew = (volume: Named) => !known.has(volume)
  // Names that are all different need no second look.
  const places = volumeNames.size === all.length ? undefined : new Map<string, number>()
  for (const [index, volume] of all.entries()) {
    if (!isSound(volumeType, volume) && isNew(volume))
      faults.push(...faultsByType(volumeType, volume, ['spec', 'volumes', index]))
    if (places === undefined) continue
    const { name: value } = volume
    const at = places.get(value) ?? index
    const other = all[at]
    places.set(value, index)
    if (other === undefined || at === index || !(isNew(volume) || isNew(other))) continue
    const place = (one: number): Path => ['spec', 'volumes', one, 'name']
    faults.push({ path: place(index), code: 'used-twice', value, what: 'volume', other: place(at) })
  }
  return faults
}

function labels({ before, pod }: Touched): Iterable<RefusedFault> {
  const [earlier, all] = [labelsOf(before), labelsOf(pod)]
  return earlier === all ? [] : labelFaults(all, ['metadata', 'labels'], earlier)
}

function* annotations({ before, pod }: Touched): Iterable<RefusedFault> {
  const [earlier, all] = [annotationsOf(before), annotationsOf(pod)]
  if (earlier === all) return
  for (const name of Object.keys(all)) {
    if (own(earlier, name) === all[name] || syntaxes['qualified name'](name)) continue
    yield { path: ['metadata', 'annotations', name], code: 'wrong-syntax', actual: name, syntax: 'qualified name' }
  }
  if (isLarger(all, podLimits.metadataBytes))
    yield { path: ['metadata', 'annotations'], code: 'annotations-too-large', limit: podLimits.metadataBytes }
}

/** Whether names and values have more bytes than a limit. A character has three at most. */
function isLarger(pairs: StringMap, limit: number): boolean {
  let characters = 0
  for (const name of Object.keys(pairs)) characters += name.length + (pairs[name]?.length ?? 0)
  if (characters * 3 <= limit) return false
  return Object.entries(pairs).reduce((sum, [name, value]) => sum + byteLength(name) + byteLength(value), 0) > limit
}
