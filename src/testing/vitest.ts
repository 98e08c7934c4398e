/* `import 'outrigger/testing/vitest'` (in a test, or in vitest's setupFiles) gives `expect` these matchers. */
import { expect } from 'vitest'
import { comparePods, formatDifferences } from '../explain/compare/pods.ts'
import type { Reason } from '../injection/model/reasons.ts'
import { compareContainer, describeContainers } from './containers.ts'
import { plainObject } from './documents.ts'
import { describeOutcome, outcomeOf, podOf, whyNotInjected } from './outcome.ts'

/**
 * Matchers for the results of `injector.inject(pod)` and `injector.review(review)`. The last two need a pod: for a review, pass
 * `{ ...review, ...injector.review(review) }`, whose patch is applied. They also accept a Pod.
 */
export interface InjectionMatchers<R = void> {
  /** The pod is injected. */
  toBeInjected(): R
  /** The pod is skipped, optionally for this reason. */
  toBeSkipped(reason?: Reason): R
  /** The pod is denied, optionally with this string in the message. */
  toBeDenied(text?: string): R
  /**
   * The pod has a container (regular, init or ephemeral) of this name that matches `partial`: for `env`, `ports` and
   * `volumeMounts` the listed items, for other lists all items. Values can be asymmetric matchers.
   */
  toHaveContainer(name: string, partial?: object): R
  /** The pod is equivalent to the expected one; see `comparePods`. */
  toMatchPod(expected: object): R
}

declare module 'vitest' {
  interface Matchers<T> extends InjectionMatchers {}
}

interface MatcherResult {
  readonly pass: boolean
  readonly message: () => string
}

expect.extend({
  toBeInjected(received: unknown): MatcherResult {
    return decided(received, 'toBeInjected', 'injected', () => '')
  },

  toBeSkipped(received: unknown, reason?: Reason): MatcherResult {
    const wanted = reason === undefined ? 'skipped' : `skipped (${reason})`
    return decided(received, 'toBeSkipped', wanted, (outcome) =>
      reason === undefined || outcome.reason === reason ? '' : 'for another reason, ',
    )
  },

  toBeDenied(received: unknown, text?: string): MatcherResult {
    const wanted = text === undefined ? 'denied' : `denied with ${JSON.stringify(text)}`
    return decided(received, 'toBeDenied', wanted, (outcome) =>
      text === undefined || outcome.message.includes(text) ? '' : 'with another message, ',
    )
  },

  toHaveContainer(received: unknown, name: string, partial: object = {}): MatcherResult {
    const pod = podOf(received, 'toHaveContainer')
    const differences = compareContainer(pod, name, partial)
    if (differences === undefined) {
      const why = whyNotInjected(received, 'toHaveContainer')
      return { pass: false, message: () => `the pod has no container ${name}, but ${describeContainers(pod)}${why}` }
    }
    const pass = differences.length === 0
    const asGiven = Object.keys(partial).length === 0 ? '' : ' as given'
    return {
      pass,
      message: () =>
        pass
          ? `expected the pod to have no container ${name}${asGiven}, but it has`
          : `container ${name} is not as expected:\n${formatDifferences(differences)}`,
    }
  },

  toMatchPod(received: unknown, expected: object): MatcherResult {
    const differences = comparePods(plainObject(expected, 'the expected pod'), podOf(received, 'toMatchPod'))
    const pass = differences.length === 0
    return {
      pass,
      message: () =>
        pass
          ? 'expected another pod, but it is equivalent'
          : `the pod is not as expected:\n${formatDifferences(differences)}${whyNotInjected(received, 'toMatchPod')}`,
    }
  },
})

/** Whether the outcome's result is the first word of `wanted` and there is no other `fault`. */
function decided(
  received: unknown,
  matcher: string,
  wanted: string,
  off: (outcome: ReturnType<typeof outcomeOf>) => string,
): MatcherResult {
  const outcome = outcomeOf(received, matcher)
  const [result] = wanted.split(' ')
  const fault = off(outcome)
  const pass = outcome.result === result && fault === ''
  return {
    pass,
    message: () =>
      pass
        ? `expected the pod not to be ${wanted}, but it is ${describeOutcome(outcome)}`
        : `expected the pod to be ${wanted}, but it is ${outcome.result === result ? fault : ''}${describeOutcome(outcome)}`,
  }
}
