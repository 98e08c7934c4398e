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
import { faultsByType } from './visit.ts'

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
    const items = containerList(pod, list)
    for (const [index, { name }] of items.entries()) {
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

function* containers(touched: Touched): Iterable<RefusedFault> {
  for (const one of touched.containers) yield* containerFaults(one, touched)
}

const volumeType: FieldType = { kind: 'struct', name: 'Volume' }

function* volumes({ before, pod }: Touched): Iterable<RefusedFault> {
  const [earlier, all] = [before.spec?.volumes ?? [], pod.spec?.volumes ?? []]
  if (earlier === all) return
  const names = new Map<string, { readonly place: Path; readonly isNew: boolean }>()
  for (const [index, volume] of all.entries()) {
    const path: Path = ['spec', 'volumes', index]
    const isNew = !earlier.includes(volume)
    const other = names.get(volume.name)
    if (other !== undefined && (isNew || other.isNew))
      yield { path: [...path, 'name'], code: 'used-twice', value: volume.name, what: 'volume', other: other.place }
    names.set(volume.name, { place: [...path, 'name'], isNew })
    if (isNew) yield* faultsByType(volumeType, volume, path)
  }
}

function labels({ before, pod }: Touched): Iterable<RefusedFault> {
  const [earlier, all] = [labelsOf(before), labelsOf(pod)]
  if (earlier === all) return []
  const changed = Object.entries(all).filter(([name, value]) => own(earlier, name) !== value)
  return labelFaults(Object.fromEntries(changed), ['metadata', 'labels'])
}

function* annotations({ before, pod }: Touched): Iterable<RefusedFault> {
  const [earlier, all] = [annotationsOf(before), annotationsOf(pod)]
  if (earlier === all) return
  for (const [name, value] of Object.entries(all)) {
    if (own(earlier, name) === value || syntaxes['qualified name'](name)) continue
    yield { path: ['metadata', 'annotations', name], code: 'wrong-syntax', actual: name, syntax: 'qualified name' }
  }
  if (isLarger(all, podLimits.metadataBytes))
    yield { path: ['metadata', 'annotations'], code: 'annotations-too-large', limit: podLimits.metadataBytes }
}

/** Whether names and values have more bytes than a limit. A character has three at most. */
function isLarger(pairs: StringMap, limit: number): boolean {
  const entries = Object.entries(pairs)
  const characters = entries.reduce((sum, [name, value]) => sum + name.length + value.length, 0)
  if (characters * 3 <= limit) return false
  return entries.reduce((sum, [name, value]) => sum + byteLength(name) + byteLength(value), 0) > limit
}
