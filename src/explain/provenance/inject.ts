import { inject } from '../../injection/inject.ts'
import type { ClusterFacts } from '../../injection/model/facts.ts'
import { type CauseOfRefusal, type DenialFault, describeDenial, isRefused } from '../../injection/model/fault.ts'
import type { Injection, InjectionRequest } from '../../injection/model/injection.ts'
import type { Snapshot } from '../../injection/model/snapshot.ts'
import type { Source } from '../../injection/model/source.ts'
import { containerLists, containersOf, findNamed } from '../../kubernetes/pod/access.ts'
import { fieldPath } from '../../kubernetes/pod/fault.ts'
import type { Pod } from '../../kubernetes/pod/types.ts'
import type { Path } from '../../lang/text/path.ts'
import { fieldsOfAttempt } from './explain.ts'
import { leavesOf, pointer } from './keyed.ts'
import type { FieldOrigin } from './types.ts'

/**
 * Injects a pod like `inject`. If it is denied because Kubernetes would refuse the injected pod, each fault says what set the
 * field: the API server would name a field that nobody wrote. Only then does it take longer.
 */
export function injectWithCauses(request: InjectionRequest, snapshot: Snapshot, facts: ClusterFacts): Injection {
  const injection = inject(request, snapshot, facts)
  const { decision } = injection
  if (decision.reason !== 'invalid-injected-pod') return injection
  const attempt = fieldsOfAttempt(request, snapshot, facts)
  if (attempt === undefined) return injection
  const fields: Fields = {
    keys: new Map(leavesOf(attempt.pod).map(({ place, path }) => [pointer(place), pointer(path)])),
    origins: new Map(attempt.fields.map((field) => [field.path, field])),
    ownerOf: (path) => ownerOf(path, attempt.pod, request.pod),
  }
  const withCause = (fault: DenialFault): DenialFault => {
    if (!isRefused(fault)) return fault
    const otherCause = fault.other && causeOf(fault.other, fields)
    return { ...fault, cause: causeOf(fault.path, fields), ...(otherCause && { otherCause }) }
  }
  const faults = decision.faults.map(withCause)
  return { ...injection, decision: { ...decision, faults, message: describeDenial(faults) } }
}

/** The fields of an injected pod. */
interface Fields {
  /** The key of each leaf, by its place. */
  readonly keys: ReadonlyMap<string, string>
  /** What the injection set, by key. */
  readonly origins: ReadonlyMap<string, FieldOrigin>
  /** The pod author's own container, volume or field that a path is in. */
  readonly ownerOf: (path: Path) => Source
}

/**
 * What set the field of a fault, or else the first field below it or below the nearest object around it. What the injection
 * didn't set is the pod author's own.
 */
function causeOf(path: Path, fields: Fields): CauseOfRefusal {
  const key = fields.keys.get(placeOf(path))
  const origin = key === undefined ? originAround(path, fields) : fields.origins.get(key)
  if (origin === undefined) return { from: [fields.ownerOf(path)], why: '' }
  const { by, from } = origin
  // The pod author's own field is named by its source.
  if (by.kind === 'pod') return { from: from.length > 0 ? from : [fields.ownerOf(path)], why: '' }
  if (by.kind !== 'template') return { from, why: by.why }
  const { template, file, line } = by
  return { from, why: line === undefined ? `template ${template}` : `${file ?? template}:${line}` }
}

function originAround(path: Path, fields: Fields): FieldOrigin | undefined {
  // Further up is the pod as a whole.
  for (let length = path.length; length >= Math.min(path.length, 3); length--) {
    const origin = firstBelow(placeOf(path.slice(0, length)), fields)
    if (origin !== undefined) return origin
  }
  return undefined
}

function firstBelow(place: string, { keys, origins }: Fields): FieldOrigin | undefined {
  for (const [at, key] of keys) {
    const origin = at.startsWith(`${place}/`) ? origins.get(key) : undefined
    if (origin !== undefined) return origin
  }
  return undefined
}

/** Containers are named with the list in which their author wrote them: injection may move them. */
function ownerOf(path: Path, injected: Pod, pod: Pod): Source {
  const [, list, index] = path
  const item = containerLists.find((one) => one === list)
  const name = item && typeof index === 'number' ? containersOf(injected, item)[index]?.name : undefined
  if (name === undefined) return { kind: 'pod', name: fieldPath(path) }
  const written = containerLists.find((one) => findNamed(containersOf(pod, one), name) !== undefined) ?? item
  return { kind: 'pod', name: `spec.${written}[${name}]` }
}

function placeOf(path: Path): string {
  return pointer(path.map(String))
}
