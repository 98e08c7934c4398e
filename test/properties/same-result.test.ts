import fc from 'fast-check'
import { expect, test } from 'vitest'
import { injectWithCauses } from '../../src/explain/provenance/inject.ts'
import { noFacts } from '../../src/injection/model/facts.ts'
import { createInjector, type Injector } from '../../src/injector.ts'
import type { Pod } from '../../src/kubernetes/pod/types.ts'
import type { Json, JsonObject } from '../../src/lang/json.ts'
import { readYaml } from '../../src/lang/yaml/read.ts'
import { writeYaml } from '../../src/lang/yaml/write.ts'
import { applyPatch } from '../../src/testing/apply-patch.ts'
import { answerReview } from '../../src/webhook/admission/answer.ts'
import { isReviewFault, readReview } from '../../src/webhook/admission/review.ts'
import { outrigger } from '../cli/support.ts'
import { type Configuration, snapshotOf } from '../injection/support.ts'
import { repeat } from '../support/properties.ts'
import { arbitraryPod } from './arbitrary-pod.ts'
import { paths } from './arbitrary-settings.ts'
import { anyOf } from './from-schema.ts'
import { asJson } from './pods.ts'
import { assertProperty } from './runs.ts'

/* The webhook, the library, `review` and `inject` are four entry points to the same injection. */

type Settings = Pick<Configuration, 'nativeSidecars' | 'revision' | 'platform'>

const configurations: readonly Settings[] = [
  { nativeSidecars: 'disabled' },
  { nativeSidecars: 'enabled', revision: 'canary' },
  { nativeSidecars: 'auto', platform: 'openshift' },
]
// Line breaks of YAML 1.1, which Go's writers treat as such; to YAML 1.2 they are ordinary characters.
const otherBreaks = /[\x85\u2028\u2029]/
// As an API server and a YAML file can contain it: Go reads a lone surrogate as U+FFFD.
const wellFormed = (_key: string, value: unknown) => (typeof value === 'string' ? value.toWellFormed() : value)
const pods = arbitraryPod.map((pod): Pod => JSON.parse(JSON.stringify(pod), wellFormed))
const cwd = import.meta.dirname
const injectors = new Map<Settings, Injector>()

function injectorOf(configuration: Settings): Injector {
  const found = injectors.get(configuration) ?? createInjector(configuration)
  injectors.set(configuration, found)
  return found
}

function flagsOf({ nativeSidecars = 'auto', revision = '', platform }: Settings): readonly string[] {
  const flags = [
    ['--native-sidecars', nativeSidecars],
    ['--revision', revision],
    ['--platform', platform ?? ''],
  ]
  return flags.flatMap(([flag = '', value = '']) => (value === '' ? [] : [flag, value]))
}

const reviewFor = (object: Pod): JsonObject => ({
  apiVersion: 'admission.k8s.io/v1',
  kind: 'AdmissionReview',
  request: {
    uid: 'f00',
    kind: { group: '', version: 'v1', kind: 'Pod' },
    namespace: object.metadata?.namespace || 'shop',
    operation: 'CREATE',
    object,
  },
})

function patched(pod: Pod, answer: Json): Json {
  const { patch = '' } = (answer as { response: { patch?: string } }).response
  return patch === '' ? pod : applyPatch(pod, JSON.parse(Buffer.from(patch, 'base64').toString()))
}

test(`webhook, library, review and inject return the same pod ${repeat}`, () =>
  assertProperty(
    fc.asyncProperty(
      pods,
      anyOf(...configurations),
      anyOf(...paths),
      fc.boolean(),
      async (pod, configuration, path, yaml) => {
        const asYaml = yaml && !otherBreaks.test(JSON.stringify(pod))
        const snapshot = snapshotOf(configuration)
        const review = reviewFor(pod)
        const request = readReview(JSON.parse(JSON.stringify(review)))
        if (isReviewFault(request)) throw new Error(request.fault)
        const { hash, revision } = snapshot
        const webhook = answerReview(request, path, {
          hash,
          revision,
          inject: (pod) => injectWithCauses(pod, snapshot, noFacts),
        })
        const answer = asJson(webhook.review) as unknown as Json
        const expected = patched(pod, answer)

        const library = injectorOf(configuration)
        expect(library.review(review, { path })).toEqual(answer)
        const injection = library.inject(pod, { namespace: 'shop', path })
        expect(injection.decision).toEqual(webhook.decision)
        expect(asJson(injection.pod)).toEqual(expected)

        const flags = [...flagsOf(configuration), '--path', path]
        const reviewed = await outrigger(['review', '-', ...flags], JSON.stringify(review), { cwd })
        expect(JSON.parse(reviewed.stdout)).toEqual(answer)
        expect(reviewed.code).toBe(webhook.decision.result === 'denied' ? 1 : 0)

        const manifest = asYaml ? writeYaml(pod) : JSON.stringify(pod)
        const injected = await outrigger(['inject', '-f', '-', '-n', 'shop', ...flags], manifest, { cwd })
        expect(injected.code).toBe(reviewed.code)
        expect(asYaml ? readYaml(injected.stdout) : JSON.parse(injected.stdout)).toEqual(expected)
      },
    ),
    0.1,
  ))
