import { describe, expect, test } from 'vitest'
import { revisionConfiguration, tagConfiguration } from '../../../src/istio/revisions/webhooks.ts'
import type { Json } from '../../../src/lang/json.ts'
import { at, outriggerAt } from '../../istio/revisions/sets.ts'
import { manifests, namespace, only, save, scene, write } from './support.ts'

const pod = (labels: Readonly<Record<string, string>> = {}, inNamespace = 'shop'): Json => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: inNamespace, labels },
  spec: { containers: [{ name: 'web', image: 'web:1' }] },
})

const eager = revisionConfiguration({ ...at(''), enableNamespacesByDefault: true })
const canary = revisionConfiguration(at('1-25-0'))
const prod = tagConfiguration({ ...at('1-25-0'), tag: 'prod' })
const all = [eager, canary, prod]

const inject = 'sidecar.istio.io/inject'
const rev = 'istio.io/rev'

describe('which webhook would call for this pod: each row of docs/revisions.md', () => {
  test.each<[string, Record<string, string>, Record<string, string>, string | undefined, string]>([
    ['rev.namespace', { [rev]: 'prod' }, {}, 'istio-revision-tag-prod', 'tag prod, revision 1-25-0'],
    ['rev.namespace', { [rev]: '1-25-0' }, { [rev]: 'other' }, 'istio-sidecar-injector-1-25-0', 'revision 1-25-0'],
    ['rev.object', {}, { [rev]: '1-25-0' }, 'istio-sidecar-injector-1-25-0', 'revision 1-25-0'],
    ['namespace', { 'istio-injection': 'enabled', [rev]: 'prod' }, {}, 'istio-sidecar-injector', 'revision default'],
    ['object', {}, { [inject]: 'true' }, 'istio-sidecar-injector', 'revision default'],
    ['auto', {}, {}, 'istio-sidecar-injector', 'revision default'],
    ['none: the namespace says no', { 'istio-injection': 'disabled' }, { [inject]: 'true' }, undefined, ''],
    ['none: the pod says no', { 'istio-injection': 'enabled' }, { [inject]: 'false' }, undefined, ''],
    ['none: there is no such revision', { [rev]: 'gone' }, {}, undefined, ''],
  ])('%s of %j and %j', async (row, namespaceLabels, podLabels, configuration, standing) => {
    const { ask, run } = scene({ 'all.yaml': manifests(namespace('shop', namespaceLabels), pod(podLabels), ...all) })
    const story = await only(ask('all.yaml'))
    const called = story.webhooks.filter((one) => one.called)
    expect(story.assumed).toEqual([])
    const { stdout } = await run('all.yaml')
    if (configuration === undefined) {
      expect([called, story.injected]).toEqual([[], false])
      expect(stdout).toContain('no injector is called')
      // Every webhook says what stands in its way.
      expect(story.webhooks.filter(({ failures }) => failures.length === 0)).toEqual([])
      return
    }
    expect(called.map((one) => [one.webhook, one.configuration])).toEqual([
      [`${row}.sidecar-injector.istio.io`, configuration],
    ])
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(`1. ${called[0]?.webhook} of ${configuration} (${standing})`)
  })

  test("Outrigger beside istiod's own injector of the same revision", async () => {
    const outrigger = tagConfiguration({ ...outriggerAt(''), tag: 'outrigger' })
    const files = (labels: Readonly<Record<string, string>>) =>
      scene({ 'all.yaml': manifests(namespace('shop', labels), pod(), eager, outrigger) })
    const moved = files({ [rev]: 'outrigger' })
    expect((await only(moved.ask('all.yaml'))).webhooks.filter((one) => one.called)).toMatchObject([
      {
        webhook: 'rev.namespace.sidecar-injector.outrigger.dev',
        configuration: 'istio-revision-tag-outrigger-outrigger-system',
        revision: 'default',
        tag: 'outrigger',
        server: 'outrigger-system/outrigger:443/inject',
      },
    ])
    expect((await moved.run('all.yaml')).stdout.replaceAll(/\s+/g, ' ')).toContain('(tag outrigger, revision default)')
    const { changes } = await only(files({ 'istio-injection': 'disabled' }).ask('all.yaml'))
    expect(JSON.stringify(changes)).toContain('for tag outrigger')
  })

  test('manifests without webhooks are explained as beside istiod: its revision, and the tag outrigger', async () => {
    const { ask } = scene({ 'all.yaml': manifests(namespace('shop', { [rev]: 'outrigger' }), pod()) })
    const story = await only(ask('all.yaml'))
    expect(story.injected).toBe(true)
    expect(story.assumed.join()).toContain("assuming that of istiod's revision default, and Outrigger's tag outrigger")
  })

  test('what is called in kube-system, by name', async () => {
    const { ask } = scene({ 'all.yaml': manifests(namespace('kube-system'), pod({}, 'kube-system'), ...all) })
    const { webhooks } = await only(ask('all.yaml'))
    expect(webhooks.find(({ webhook }) => webhook.startsWith('auto.'))?.failures).toEqual([
      'the namespaceSelector requires kubernetes.io/metadata.name NotIn [kube-system, kube-public, kube-node-lease, local-path-storage], but the namespace has kubernetes.io/metadata.name=kube-system',
    ])
  })
})

describe('what would have an injector called: the line is tried', () => {
  const uneager = revisionConfiguration(at(''))
  test.each<[string, Record<string, string>, Record<string, string>, Json[], string[]]>([
    ['a namespace without labels', {}, {}, [uneager, canary], ['istio-injection: enabled']],
    ['a namespace that says no', { 'istio-injection': 'disabled' }, {}, [uneager], ['istio-injection: enabled']],
    ['a pod that says no', { 'istio-injection': 'enabled' }, { [inject]: 'false' }, all, [`${inject}: "true"`]],
    ['a tag that is gone', { [rev]: 'old' }, {}, [canary, prod], [`${rev}: prod`]],
    [
      'only a revision, and the label of the default one',
      { 'istio-injection': 'enabled' },
      {},
      [canary],
      [`${rev}: 1-25-0`, 'istio-injection: enabled'],
    ],
    ['a revision that no one serves', {}, { [rev]: 'old' }, [canary, prod], [`${rev}: prod`]],
  ])('%s', async (_, namespaceLabels, podLabels, configurations, lines) => {
    const files = { 'all.yaml': manifests(namespace('shop', namespaceLabels), pod(podLabels), ...configurations) }
    const { cwd, ask } = scene(files)
    const { injected, changes } = await only(ask('all.yaml'))
    const [remedy] = changes
    if (remedy === undefined) throw new Error('nothing would change it')
    expect(injected).toBe(false)
    expect(remedy.lines.map(({ line }) => line).sort()).toEqual(lines.sort())
    save(cwd, write(remedy, files))
    expect((await only(ask('all.yaml'))).injected).toBe(true)
  })

  test('a namespace that webhooks leave out by its name', async () => {
    const leavesOut = revisionConfiguration({ ...at(''), excludedNamespaces: ['shop'] })
    const files = {
      'all.yaml': manifests(namespace('shop'), namespace('bank', { 'istio-injection': 'enabled' }), pod(), leavesOut),
    }
    const { cwd, ask } = scene(files)
    const [remedy] = (await only(ask('all.yaml'))).changes
    expect(remedy?.lines.map(({ line }) => line)).toEqual(['namespace: bank'])
    if (remedy !== undefined) save(cwd, write(remedy, files))
    expect((await only(ask('all.yaml'))).injected).toBe(true)
  })

  test('a cluster without an injector, or with one that is switched off', async () => {
    const other = { ...eager, metadata: { name: 'foreign', labels: {} }, webhooks: [] }
    const off = revisionConfiguration({ ...at(''), deactivated: true })
    const { ask, run } = scene({
      'none.yaml': manifests(namespace('shop', { 'istio-injection': 'enabled' }), pod(), other),
      'off.yaml': manifests(namespace('shop', { 'istio-injection': 'enabled' }), pod(), off),
    })
    const [none, switchedOff] = [await only(ask('none.yaml')), await only(ask('off.yaml'))]
    expect([none.injected, none.assumed.length]).toEqual([true, 1])
    expect([switchedOff.injected, switchedOff.assumed]).toEqual([false, []])
    expect(switchedOff.changes.map(({ text, injected }) => [text, injected])).toEqual([
      ['point a tag to a revision: the webhooks of all injectors are deactivated', false],
    ])
    expect((await run('off.yaml')).stdout.replaceAll(/\s+/g, ' ')).toContain('deactivated by the tag default')
  })
})

describe('webhooks of others, and more than one', () => {
  const rule = { apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*'] }
  const foreign = (name: string, ...webhooks: Json[]): Json => ({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name },
    webhooks,
  })
  const labelled = namespace('shop', { 'istio-injection': 'enabled' })

  test('all that mutate the pod, in the order of calls, with their conditions and policies', async () => {
    const before = foreign('aaa', {
      name: 'vault.example.com',
      rules: [rule],
      clientConfig: { url: 'https://vault.example.com/mutate' },
      matchConditions: [{ name: 'no-jobs', expression: 'true' }],
      failurePolicy: 'Ignore',
      reinvocationPolicy: 'IfNeeded',
      timeoutSeconds: 5,
    })
    const asks = { name: 'db.example.com', rules: [rule], objectSelector: { matchLabels: { db: 'yes' } } }
    const { ask, run } = scene({ 'all.yaml': manifests(labelled, pod(), foreign('zzz', asks), before, ...all) })
    const { webhooks } = await only(ask('all.yaml'))
    expect(webhooks.filter(({ called }) => called)).toMatchObject([
      {
        webhook: 'vault.example.com',
        injector: false,
        matchConditions: ['no-jobs'],
        failurePolicy: 'Ignore',
        reinvocationPolicy: 'IfNeeded',
        timeoutSeconds: 5,
        server: 'https://vault.example.com/mutate',
      },
      { webhook: 'namespace.sidecar-injector.istio.io', injector: true, failurePolicy: 'Fail', timeoutSeconds: 10 },
    ])
    const { stdout } = await run('all.yaml')
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      '1. vault.example.com of aaa calls https://vault.example.com/mutate, and again if a later webhook changes the pod; ' +
        'failurePolicy Ignore, 5 s only if its matchConditions match, which are not evaluated here: no-jobs ' +
        '2. namespace.sidecar-injector.istio.io of istio-sidecar-injector (revision default)',
    )
    expect(stdout).toContain('not called: 1 other webhook, not for injection')
  })

  test('two injectors are a problem', async () => {
    const second = foreign('other-injector', { name: 'sidecar-injector.istio.io', rules: [rule] })
    const { ask, run } = scene({ 'all.yaml': manifests(labelled, pod(), second, ...all) })
    const { problems, injected } = await only(ask('all.yaml'))
    expect(injected).toBe(true)
    expect(problems).toEqual([
      '2 injectors are called for this pod, and each changes the result of the one before: ' +
        'namespace.sidecar-injector.istio.io of istio-sidecar-injector (revision default), then ' +
        'sidecar-injector.istio.io of other-injector (without a revision); only one of them should select the pod',
    ])
    expect((await run('all.yaml')).stdout).toContain('Problem: 2 injectors are called')
  })
})
