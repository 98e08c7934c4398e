import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { kinds } from '../../src/cluster/kinds.ts'
import { type JsonObject, lookupString, type StringMap } from '../../src/lang/json.ts'
import { type BundleWatch, watchBundles } from './support/ca-bundles.ts'
import { itemsOf, pathOf } from './support/cluster.ts'
import { sharedCluster } from './support/cluster-of-run.ts'
import { type Creation, type Creations, createAllTheTime } from './support/creations.ts'
import { readSteps } from './support/documented.ts'
import { gateway, isDeployed } from './support/istiod/gateways.ts'
import { type Istiod, startIstiod } from './support/istiod/istiod.ts'
import { namespaceMaker } from './support/namespaces.ts'
import { injectorsOf, proxyOf } from './support/pods.ts'
import type { Ran } from './support/program.ts'
import { openTerminal, type Terminal } from './support/terminal.ts'
import { inParallel, waitFor } from './support/wait.ts'

/*
 * From istiod's injector to Outrigger beside it and back: the commands of docs/migrating.md, typed as they are there, while pods
 * are created all the time, failurePolicy is Fail, and istiod does what it does to webhooks and Gateways. No pod may be
 * refused or left without a proxy, no webhook may have a wrong CA, no Gateway may lose its owner.
 */

const cluster = sharedCluster()
const makeNamespaces = namespaceMaker(cluster)
const page = readSteps('docs/migrating.md')

interface Subject {
  readonly namespace: StringMap
  readonly pod?: StringMap
  /** The step of the page from which on Outrigger injects it; none: istiod always does. */
  readonly movesIn?: number
}

/** Milliseconds, as of performance.now(). */
interface Span {
  readonly began: number
  readonly ended: number
}

interface Case {
  readonly title: string
  /** Of istiod; empty for the unnamed one. */
  readonly revision: string
  /** Of Outrigger. */
  readonly namespace: string
}

const cases: readonly Case[] = [
  { title: 'beside an istiod without a revision', revision: '', namespace: 'outrigger-system' },
  { title: "in istiod's namespace", revision: '', namespace: 'istio-system' },
  { title: 'beside an istiod of a revision', revision: '1-27-1', namespace: 'outrigger-system' },
]

/** Every way to ask for injection. The page names the first three. */
function subjectsOf(revision: string): Readonly<Record<string, Subject>> {
  return {
    staging: { namespace: { 'istio-injection': 'enabled' }, movesIn: 3 },
    store: { namespace: { 'istio.io/rev': 'prod' }, movesIn: 4 },
    shop: { namespace: { 'istio-injection': 'enabled' }, movesIn: 5 },
    tagged: { namespace: {}, pod: { 'istio.io/rev': 'prod' }, movesIn: 4 },
    asking: { namespace: {}, pod: { 'sidecar.istio.io/inject': 'true' }, movesIn: 5 },
    // A namespace that names istiod's revision stays with it, unless that is the name of the tag that moves.
    named: { namespace: { 'istio.io/rev': revision || 'default' }, ...(revision === '' && { movesIn: 5 }) },
  }
}

/** How much later than the client an API server may know of a change. */
const informerMs = 500

const files = { 'deployment.yaml': JSON.stringify(deploymentIn('shop')) }

function deploymentIn(namespace: string): JsonObject {
  const labels = { app: 'web' }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'example.org/web:1' }] } },
    },
  }
}

describe.each(cases)('$title', ({ revision, namespace }) => {
  const subjects = subjectsOf(revision)
  const names = Object.keys(subjects)
  let istiod: Istiod
  let bundles: BundleWatch
  let terminal: Terminal
  let creations: Creations
  /**
   * When both injectors may be called for a pod: until one of two objects is switched off after the other has changed, and while
   * labels change, because API servers look at the labels of a namespace again for each webhook of a request.
   */
  const overlaps: Span[] = []

  beforeAll(async () => {
    istiod = await startIstiod(cluster, { revision, tags: revision === '' ? ['prod'] : ['prod', 'default'] })
    await makeNamespaces(Object.fromEntries(names.map((name) => [name, subjects[name]?.namespace ?? {}])))
    await inParallel(names, 8, async (name) => {
      await cluster.create(kinds.gateway, gateway(name, 'edge'))
      if (subjects[name]?.pod === undefined) await cluster.create(kinds.deployment, deploymentIn(name))
    })
    bundles = await watchBundles(cluster)
    terminal = openTerminal(cluster, files)
    creations = createAllTheTime(cluster, Object.fromEntries(names.map((name) => [name, subjects[name]?.pod ?? {}])))
  })

  afterAll(async () => {
    await creations?.stop()
    await bundles?.stop()
    await terminal?.close()
    await istiod?.stop()
    // The tag that a step has made stays behind, as it would in any cluster.
    await cluster.send('DELETE', `${pathOf(kinds.mutatingWebhookConfiguration)}?labelSelector=istio.io%2Ftag`)
    await inParallel(names, 8, (name) => cluster.remove(pathOf(kinds.namespace, '', name)))
  })

  // Each step begins where the one before it ends.
  let isBroken = false
  beforeEach(({ skip }) => skip(isBroken, 'an earlier step failed'))
  afterEach(({ task }) => {
    isBroken ||= task.result?.state === 'fail'
  })

  /** The page is about an istiod without a revision, and says what to type for another one. */
  const adapted = (line: string) => {
    const placed = line.replaceAll('outrigger-system', namespace)
    if (revision === '') return placed
    return placed
      .replace('--revision default', `--revision ${revision}`)
      .replace('--from-cluster', `--from-cluster --revision ${revision}`)
      .replace(/^helm install .*$/, `$& --set revision=${revision}`)
  }

  const typeAll = async (lines: readonly string[]): Promise<readonly Ran[]> => {
    const results: Ran[] = []
    for (const line of lines.map(adapted)) {
      const began = performance.now()
      const ran = await terminal.type(line)
      // Those that look for something end with 1 when they have found it.
      const allowed = /^outrigger (inject|outdated) /.test(line) ? [0, 1] : [0]
      expect(allowed, `${line}: ${ran.stderr}${ran.stdout}`).toContain(ran.code)
      if (ran.stdout.includes('switch off')) overlaps.push({ began, ended: performance.now() })
      if (line.startsWith('kubectl label ')) overlaps.push({ began, ended: performance.now() + informerMs })
      results.push(ran)
    }
    return results
  }

  /** Who injects what after a step; before it is 0. */
  const afterStep = (step: number) =>
    Object.fromEntries(
      Object.entries(subjects).map(([name, { movesIn }]) => [
        name,
        movesIn !== undefined && movesIn <= step ? 'outrigger' : 'istiod',
      ]),
    )

  const check = async (step: number) => {
    const expected = afterStep(step)
    const wrong = (await creations.settle(expected)).filter(({ namespace, by }) => by !== expected[namespace])
    expect(wrong.map(({ namespace, by }) => `${namespace}: ${by}`)).toEqual([])
    const deployed = await inParallel(
      names,
      8,
      async (name) => [name, await isDeployed(cluster, name, 'edge')] as const,
    )
    expect(deployed.filter(([, isDone]) => !isDone)).toEqual([])
    expect(istiod.lostGateways).toEqual([])
    expect(bundles.faults).toEqual([])
  }

  const steps = page.slice(0, 5)
  const stepOf = (title: string) => Number(/^(\d)\. /.exec(title)?.[1])

  test('before, istiod injects', () => check(0))

  test.each(steps)('$title', async ({ title, commands }) => {
    await typeAll(commands)
    await check(stepOf(title))
    if (commands.some((line) => line.includes('rollout restart'))) await restarted('staging', 'outrigger')
  })

  // Of an istiod with a revision, namespaces that name the revision itself still need them.
  test.runIf(revision === '')('6. Keep it that way', async () => {
    await istiod.setOperatorManagesWebhooks(true)
    await check(5)
  })

  test.each(steps.toReversed().filter(({ undo }) => undo.length > 0))('undo: $title', async ({ title, undo }) => {
    await typeAll(undo)
    await check(stepOf(title) - 1)
    if (undo.some((line) => line.includes('rollout restart'))) await restarted('staging', 'istiod')
  })

  test('at no time was a pod refused, left without a proxy, or injected twice', async () => {
    await creations.stop()
    await bundles.stop()
    const isExpected = ({ by, ...creation }: Creation) =>
      by === 'istiod' ||
      by === 'outrigger' ||
      (by === 'istiod and outrigger' && overlaps.some((span) => touches(span, creation)))
    const unexpected = creations.log.filter((creation) => !isExpected(creation))
    expect(unexpected.map(({ namespace, by }) => `${namespace}: ${by}`)).toEqual([])
    expect(new Set(creations.log.map(({ by }) => by))).toContain('outrigger')
    expect(bundles.faults).toEqual([])
    expect(bundles.seen()).toBeGreaterThan(20)
    // What istiod writes its CA into is its own.
    expect(istiod.writtenWebhooks.filter((name) => name.includes('outrigger'))).toEqual([])
  })
})

function touches(span: Span, { began, ended }: Span): boolean {
  return began <= span.ended && ended >= span.began
}

/** Waits until the newest pod of a Deployment was injected by one injector. */
async function restarted(namespace: string, injector: string): Promise<void> {
  await waitFor(`a pod of the restarted Deployment is injected by ${injector}`, async () => {
    const pods = itemsOf(await cluster.get(pathOf(kinds.pod, namespace)))
    const newest = pods.toSorted((one, other) => createdAt(one) - createdAt(other)).at(-1)
    return newest !== undefined && proxyOf(newest) !== undefined && injectorsOf(newest).join() === injector
  })
}

function createdAt(pod: JsonObject): number {
  return Date.parse(lookupString(pod, 'metadata', 'creationTimestamp'))
}
