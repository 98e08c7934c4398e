import { execFileSync } from 'node:child_process'
import { describe, expect, onTestFinished, test } from 'vitest'
import { kinds } from '../../../src/cluster/kinds.ts'
import { defaultValues } from '../../../src/config/defaults.ts'
import { changedAt } from '../../../src/explain/story/edits.ts'
import type { RemedyLine } from '../../../src/explain/story/remedy-lines.ts'
import type { Story } from '../../../src/explain/story/story.ts'
import { revisionConfiguration, tagConfiguration } from '../../../src/istio/revisions/webhooks.ts'
import { isObject, type Json, type JsonObject, lookup, lookupString } from '../../../src/lang/json.ts'
import { injected, snapshotOf } from '../../injection/support.ts'
import { at } from '../../istio/revisions/sets.ts'
import { type ApiServer, allKinds, startApiServer } from '../../support/api-server.ts'
import { istiodOf } from '../diff/mesh.ts'
import { type Outcome, outrigger } from '../support.ts'
import { only, storiesOf } from './support.ts'

const plain = revisionConfiguration(at(''))
const canary = revisionConfiguration(at('1-25-0'))
const prod = tagConfiguration({ ...at('1-25-0'), tag: 'prod' })

function namespace(name: string, labels: JsonObject = {}): JsonObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } }
}

function owner(kind: string, name: string, apiVersion = 'apps/v1'): JsonObject {
  return { apiVersion, kind, name, uid: '1', controller: true }
}

const podSpec = { containers: [{ name: 'web', image: 'web:1', readinessProbe: { httpGet: { path: '/', port: 80 } } }] }

function deployment(labels: JsonObject = {}, spec: JsonObject = podSpec): JsonObject {
  const template = { metadata: { labels: { app: 'web', ...labels } }, spec }
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'shop' }, spec: { template } }
}

const hash = { 'pod-template-hash': 'abc' }
const replicaSet: JsonObject = {
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: { name: 'web-abc', namespace: 'shop', ownerReferences: [owner('Deployment', 'web')] },
  spec: { template: { metadata: { labels: { app: 'web', ...hash } }, spec: podSpec } },
}

/** A pod of the Deployment, as it was created. */
function created(labels: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: 'web-abc-',
      namespace: 'shop',
      labels: { app: 'web', ...hash, ...labels },
      ownerReferences: [owner('ReplicaSet', 'web-abc')],
    },
    spec: podSpec,
  }
}

/** A pod as an API server has it. */
function running(pod: JsonObject): JsonObject {
  const metadata = lookup(pod, 'metadata')
  const added = { name: 'web-abc-x2v', uid: 'u1' }
  return { ...pod, metadata: { ...(isObject(metadata) ? metadata : {}), ...added }, status: { phase: 'Running' } }
}

async function cluster(...objects: readonly JsonObject[]) {
  const server = await startApiServer()
  onTestFinished(() => server.close())
  for (const object of objects) server.put(object)
  const run = (...args: readonly string[]) => outrigger(['explain', ...args, '--kubeconfig', server.kubeconfig])
  return { server, run, ask: (...args: readonly string[]) => storyOf(run(...args, '-o', 'json')) }
}

async function storyOf(outcome: Promise<Outcome>): Promise<Story> {
  return only(outcome.then(storiesOf))
}

/** The calls of kubectl in a line, as a shell makes them. */
function kubectlCalls({ form, line }: RemedyLine): readonly (readonly string[])[] {
  expect(form).toBe('shell')
  const script = `exec 3>&1; kubectl() { printf '%s\\n' "$(printf '%s\\037' "$@")" >&3; }; ${line}`
  // A call is one write, so that calls of a pipe don't mix.
  const text = execFileSync('sh', ['-c', script], { encoding: 'utf8' })
  // Both ends of a pipe run at once.
  const calls = text
    .trim()
    .split('\n')
    .map((call) => call.split('\u001f').slice(0, -1))
  return calls.sort((one, other) => (one[0] === 'replace' ? 1 : other[0] === 'replace' ? -1 : 0))
}

/** What kubectl would do with the first call of a line; the second one can only create a pod again. */
function type(line: RemedyLine, server: ApiServer): void {
  const [call = [], second] = kubectlCalls(line)
  const [verb, kindName = '', name = ''] = call
  expect(call.slice(-2)).toEqual(second === undefined ? ['--kubeconfig', server.kubeconfig] : call.slice(-2))
  if (second !== undefined) expect(second.slice(0, 4)).toEqual(['replace', '--force', '-f', '-'])
  if (verb === 'rollout' || verb === 'get' || verb === 'delete') return
  const kind = allKinds.find((one) => one.kind.toLowerCase() === kindName)
  const found = server.objects(kind ?? kinds.pod).find((object) => lookupString(object, 'metadata', 'name') === name)
  if (kind === undefined || found === undefined) throw new Error(`there is no ${kindName} ${name}`)
  const patch: Json =
    verb === 'label'
      ? {
          metadata: {
            labels: Object.fromEntries(
              call
                .slice(3)
                .filter((word) => !word.startsWith('--'))
                .flatMap(pair),
            ),
          },
        }
      : JSON.parse(call[call.indexOf('-p') + 1] ?? '')
  const changed = merged(found, patch)
  if (isObject(changed)) server.put(changed)
}

function pair(word: string): readonly (readonly [string, string | null])[] {
  if (word.endsWith('-')) return [[word.slice(0, -1), null]]
  const at = word.indexOf('=')
  return at < 0 ? [] : [[word.slice(0, at), word.slice(at + 1)]]
}

/** https://www.rfc-editor.org/rfc/rfc7396 */
function merged(value: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch
  return Object.entries(patch).reduce<Json>(
    (result, [key, item]) => changedAt(result, [key], item === null ? undefined : merged(lookup(result, key), item)),
    isObject(value) ? value : {},
  )
}

const pod = 'shop/web-abc-x2v'

describe('a pod that runs', () => {
  const sidecar = running(injected(created(), { snapshot: snapshotOf({ nativeSidecars: 'auto' }) }).pod)

  test('has the sidecar that it would get now', async () => {
    const { ask, run, server } = await cluster(
      namespace('shop', { 'istio-injection': 'enabled' }),
      plain,
      deployment(),
      replicaSet,
      sidecar,
    )
    const story = await ask(pod)
    expect([story.injected, story.pod.workload, story.pod.source]).toEqual([true, 'Deployment/web', 'the cluster'])
    expect(story.running).toMatchObject({
      name: 'web-abc-x2v',
      injected: true,
      revision: 'default',
      containers: ['istio-init', 'istio-proxy'],
      changes: [],
    })
    // Nothing is written, and only what is needed is read.
    expect(server.requests.filter(({ method }) => method !== 'GET')).toEqual([])
    const { code, stdout } = await run(pod)
    expect(code).toBe(0)
    expect(stdout).toContain('Pod shop/web-abc-x2v, of Deployment web (the cluster)')
    expect(stdout).toContain('if it were created now: no changes')
  })

  test('has an older one: what differs, field by field', async () => {
    const { ask, run } = await cluster(
      namespace('shop', { 'istio-injection': 'enabled' }),
      plain,
      deployment(),
      replicaSet,
      sidecar,
    )
    const story = await ask(pod, '--set', 'global.tag=9.9.9', '--set', 'global.proxy.logLevel=debug')
    const images = story.running?.changes
      .filter(({ field }) => field === 'image')
      .map(({ subject, after }) => [subject, after])
    expect(images).toEqual([
      ['istio-proxy', expect.stringMatching(/proxyv2:9\.9\.9$/)],
      ['istio-init', expect.stringMatching(/proxyv2:9\.9\.9$/)],
    ])
    const { stdout } = await run(pod, '--set', 'global.tag=9.9.9')
    expect(stdout).toContain('if it were created now:')
  })

  test('was created before its namespace was labelled: it has to be recreated', async () => {
    const { server, ask } = await cluster(
      namespace('shop', { 'istio-injection': 'enabled' }),
      plain,
      deployment(),
      replicaSet,
      running(created()),
    )
    const { injected, summary, changes, running: told } = await ask(pod)
    expect([injected, told?.injected]).toEqual([false, false])
    expect(summary).toMatch(
      /^it was not injected when it was created; if it were created now: injected by namespace\.sidecar/,
    )
    expect(changes.map(({ lines }) => lines.map(({ line }) => line))).toEqual([
      [`kubectl rollout restart deployment/web -n shop --kubeconfig ${server.kubeconfig}`],
    ])
  })

  test('whose owner can not be read is told from the pod itself', async () => {
    const rollout = changedAt(sidecar, ['metadata', 'ownerReferences'], [owner('Rollout', 'web', 'argoproj.io/v1')])
    const refused = changedAt(rollout, ['metadata', 'labels', 'sidecar.istio.io/inject'], 'false')
    const { ask } = await cluster(
      namespace('shop', { 'istio-injection': 'enabled' }),
      plain,
      isObject(refused) ? refused : {},
    )
    const { notes, injected, decision, running: told, changes } = await ask(pod)
    expect(notes).toContain("Rollout shop/web can't be read: explaining the pod itself instead")
    expect([injected, decision.reason, told?.injected]).toEqual([false, 'refused-by-label', true])
    expect(changes[0]?.lines).toMatchObject([
      { form: 'yaml', object: 'Rollout shop/web', line: 'sidecar.istio.io/inject: "true"' },
    ])
  })
})

describe('the lines for kubectl, typed into a shell, do what they say', () => {
  const asks = (object: string, ...args: readonly string[]) => [object, ...args]

  test.each<[string, JsonObject[], string[]]>([
    ['label the namespace', [namespace('shop'), plain, deployment()], asks('shop/deployment/web')],
    [
      'relabel the namespace',
      [namespace('shop', { 'istio-injection': 'disabled' }), canary, prod, deployment()],
      asks('shop/deploy/web'),
    ],
    [
      'label the pod template',
      [namespace('shop', { 'istio-injection': 'enabled' }), plain, deployment({ 'sidecar.istio.io/inject': 'false' })],
      asks('shop/deployment/web'),
    ],
    [
      'take it off the host network',
      [namespace('shop', { 'istio-injection': 'enabled' }), plain, deployment({}, { ...podSpec, hostNetwork: true })],
      asks('shop/deployment/web'),
    ],
    [
      'both at once',
      [namespace('shop'), plain, deployment({}, { ...podSpec, hostNetwork: true })],
      asks('shop/deployment/web'),
    ],
  ])('%s', async (_, objects, args) => {
    const { server, ask } = await cluster(...objects)
    const { injected, changes } = await ask(...args)
    expect(injected).toBe(false)
    for (const line of changes[0]?.lines ?? []) type(line, server)
    expect((await ask(...args)).injected).toBe(true)
  })

  test('a pod without an owner is recreated', async () => {
    const bare = changedAt(
      running(created({ 'sidecar.istio.io/inject': 'false' })),
      ['metadata', 'ownerReferences'],
      undefined,
    )
    const { server, ask } = await cluster(
      namespace('shop', { 'istio-injection': 'enabled' }),
      plain,
      isObject(bare) ? bare : {},
    )
    const { changes } = await ask(pod)
    const [line, ...others] = changes[0]?.lines ?? []
    expect([line?.form, others]).toEqual(['shell', []])
    expect(line?.line).toMatch(
      /^kubectl patch pod web-abc-x2v .* --dry-run=client -o yaml .*\| kubectl replace --force -f -/,
    )
    if (line !== undefined) type(line, server)
    const after = await ask(pod)
    expect(after.webhooks.some(({ injector, called }) => injector && called)).toBe(true)
  })
})

describe('whose configuration counts', () => {
  const configMaps = (revision: string, tag: string): JsonObject[] => [
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: `istio-sidecar-injector${revision}`, namespace: 'istio-system' },
      data: { config: 'policy: enabled\n', values: JSON.stringify(changedAt(defaultValues, ['global', 'tag'], tag)) },
    },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: `istio${revision}`, namespace: 'istio-system' },
      data: { mesh: 'trustDomain: example.org\n' },
    },
  ]

  test('that of the revision whose webhook is called', async () => {
    const { ask } = await cluster(
      namespace('shop', { 'istio.io/rev': 'prod' }),
      plain,
      canary,
      prod,
      deployment(),
      ...configMaps('', '1.24.0'),
      ...configMaps('-1-25-0', '1.25.0'),
      istiodOf('1-25-0'),
    )
    const { decision, fields, notes } = await ask('shop/deployment/web')
    expect([decision.revision, decision.configuration, notes]).toEqual([
      '1-25-0',
      'the ConfigMaps of Istio in istio-system',
      [],
    ])
    expect(fields.find(({ path }) => path.endsWith('/istio-proxy/image'))?.value).toMatch(/\/proxyv2:1\.25\.0$/)
  })

  test('the built-in one where it can not be read, which is said', async () => {
    const { ask } = await cluster(namespace('shop', { 'istio.io/rev': 'prod' }), canary, prod, deployment())
    const { notes, injected } = await ask('shop/deployment/web')
    expect(injected).toBe(true)
    expect(notes).toEqual([
      expect.stringMatching(/^the configuration of revision 1-25-0 can't be used \(.+\): using the built-in one/),
    ])
  })
})

test('a file is asked about in a cluster, and what may not be read is said', async () => {
  const { server, run } = await cluster(namespace('shop', { 'istio-injection': 'enabled' }), plain)
  server.faults.next.push({ status: 403, path: /\/nodes/ })
  const { code, stdout, stderr } = await outrigger(
    ['explain', '-', '--kubeconfig', server.kubeconfig, '-o', 'json'],
    JSON.stringify(deployment()),
  )
  expect(code).toBe(0)
  expect(stderr).toMatch(/^note: not read: /)
  const [story]: readonly Story[] = JSON.parse(stdout)
  expect([story?.injected, story?.assumed]).toEqual([true, []])
  const missing = await run('shop/web-abc-x2w')
  expect([missing.code, missing.stderr]).toEqual([
    2,
    expect.stringMatching(/Pod shop\/web-abc-x2w not found in the cluster/),
  ])
})

test('manifests stand for a cluster', async () => {
  const { server } = await cluster()
  await server.close()
  const list = (...items: readonly Json[]) => JSON.stringify({ apiVersion: 'v1', kind: 'List', items })
  const dump = list(
    namespace('shop', { 'istio-injection': 'enabled' }),
    plain,
    deployment(),
    replicaSet,
    running(created()),
  )
  const outcome = outrigger(['explain', pod, '-f', '-', '-o', 'json'], dump)
  const { injected, changes, assumed } = await storyOf(outcome)
  expect([injected, assumed]).toEqual([false, []])
  expect(changes[0]?.lines.map(({ line }) => line)).toEqual(['kubectl rollout restart deployment/web -n shop'])
})
