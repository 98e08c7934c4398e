import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { inject } from '../../src/injection/inject.ts'
import { type ClusterFacts, noFacts } from '../../src/injection/model/facts.ts'
import type { Injection } from '../../src/injection/model/injection.ts'
import type { Snapshot } from '../../src/injection/model/snapshot.ts'
import type { Operation } from '../../src/kubernetes/patch/operation.ts'
import { isObject, type JsonObject, lookup } from '../../src/lang/json.ts'
import { anyAnnotation } from '../properties/arbitrary-annotations.ts'
import { arbitrarySettings, resolve } from '../properties/arbitrary-settings.ts'
import { apply } from './apply.ts'
import { mutated, mutations } from './mutations.ts'
import { fuzzed } from './run-target.ts'
import type { AnyTarget } from './target.ts'

/* Pods as no client would write them, with all kinds of configurations. */

/** Injects an object that may not be a valid pod; throws unless the patch creates the pod of the injection. */
export function injectAny(
  object: JsonObject,
  snapshot: Snapshot,
  facts: ClusterFacts = noFacts,
  path = '/inject',
): Injection {
  const injection = inject({ pod: object, namespace: 'shop', path }, snapshot, facts)
  const patch = JSON.parse(JSON.stringify(injection.patch)) as Operation[]
  if (
    patch.length > 0 &&
    !isDeepStrictEqual(apply(JSON.parse(JSON.stringify(object)), patch), JSON.parse(JSON.stringify(injection.pod)))
  )
    throw new Error('the patch does not create the injected pod')
  if (injection.decision.result === 'denied' && injection.decision.message === '')
    throw new Error('a denial has no message')
  return injection
}

export function podTargets(reviews: readonly JsonObject[]): readonly AnyTarget[] {
  const pods = reviews.map((review) => lookup(review, 'request', 'object')).filter(isObject)
  // By index: a failure shows what was done to the pod, not the pod.
  const pod = fc.nat(pods.length - 1)
  const at = (index: number): JsonObject => pods[index] ?? {}
  return [
    fuzzed({
      name: 'pods',
      share: 35_000,
      input: fc.tuple(pod, mutations, arbitrarySettings),
      check: ([index, changes, settings]) => {
        const changed = mutated(at(index), changes)
        const { snapshot, facts, path } = resolve(settings)
        if (isObject(changed)) injectAny(changed, snapshot, facts, path)
      },
    }),
    fuzzed({
      name: 'annotations',
      share: 15_000,
      input: fc.tuple(pod, fc.array(anyAnnotation, { minLength: 1, maxLength: 3 }), arbitrarySettings),
      check: ([index, changes, settings]) => {
        const { snapshot, facts, path } = resolve(settings)
        const annotations = { ...annotationsOf(at(index)), ...Object.fromEntries(changes) }
        const metadata = { ...(lookup(at(index), 'metadata') as JsonObject), annotations }
        injectAny({ ...at(index), metadata }, snapshot, facts, path)
      },
    }),
  ]
}

function annotationsOf(pod: JsonObject): JsonObject {
  const annotations = lookup(pod, 'metadata', 'annotations')
  return isObject(annotations) ? annotations : {}
}
