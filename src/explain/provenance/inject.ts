import { inject } from '../../injection/inject.ts'
import type { ClusterFacts } from '../../injection/model/facts.ts'
import { type CauseOfRefusal, type DenialFault, describeDenial, isRefused } from '../../injection/model/fault.ts'
import type { Injection, InjectionRequest } from '../../injection/model/injection.ts'
import type { Snapshot } from '../../injection/model/snapshot.ts'
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
  const keys = new Map(leavesOf(attempt.pod).map(({ place, path }) => [pointer(place), pointer(path)]))
  const origins = new Map(attempt.fields.map((field) => [field.path, field]))
  const withCause = (fault: DenialFault): DenialFault => {
    if (!isRefused(fault)) return fault
    const cause = causeOf(fault.path, keys, origins)
    const otherCause = fault.other && causeOf(fault.other, keys, origins)
    return { ...fault, ...(cause && { cause }), ...(otherCause && { otherCause }) }
  }
  const faults = decision.faults.map(withCause)
  return { ...injection, decision: { ...decision, faults, message: describeDenial(faults) } }
}

/**
 * What set the field of a fault, or else the first field below it, or of the object that lacks it. Nothing if all of that is the
 * pod author's own.
 */
function causeOf(
  path: Path,
  keys: ReadonlyMap<string, string>,
  origins: ReadonlyMap<string, FieldOrigin>,
): CauseOfRefusal | undefined {
  const origin =
    origins.get(keys.get(placeOf(path)) ?? '') ??
    firstBelow(placeOf(path), keys, origins) ??
    firstBelow(placeOf(path.slice(0, -1)), keys, origins)
  if (origin === undefined) return undefined
  const { by, from } = origin
  // The pod author's own field is named by its source.
  if (by.kind === 'pod' && from.length > 0) return { from, why: '' }
  if (by.kind !== 'template') return { from, why: by.why }
  const { template, file, line } = by
  return { from, why: line === undefined ? `template ${template}` : `${file ?? template}:${line}` }
}

function firstBelow(
  place: string,
  keys: ReadonlyMap<string, string>,
  origins: ReadonlyMap<string, FieldOrigin>,
): FieldOrigin | undefined {
  for (const [at, key] of keys) {
    const origin = at.startsWith(`${place}/`) ? origins.get(key) : undefined
    if (origin !== undefined) return origin
  }
  return undefined
}

function placeOf(path: Path): string {
  return pointer(path.map(String))
}
