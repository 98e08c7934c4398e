import { describe, expect, onTestFinished, test } from 'vitest'
import { connect } from '../../src/cluster/connect.ts'
import { kinds } from '../../src/cluster/kinds.ts'
import { readConfigurations, readNamespaces } from '../../src/istio/revisions/configuration.ts'
import { injectorsFor } from '../../src/istio/revisions/tag-list.ts'
import { revisionConfiguration, tagConfiguration } from '../../src/istio/revisions/webhooks.ts'
import { type JsonObject, lookupString, type StringMap } from '../../src/lang/json.ts'
import { readYaml } from '../../src/lang/yaml/read.ts'
import { at, outriggerAt } from '../istio/revisions/sets.ts'
import { type ApiServer, startApiServer } from '../support/api-server.ts'
import { folder, outrigger } from './support.ts'

const plain = revisionConfiguration(at(''))
const old = revisionConfiguration(at('1-24-0'))
const canary = revisionConfiguration(at('1-25-0'))
const prod = tagConfiguration({ ...at('1-24-0'), tag: 'prod' })
const outriggers = tagConfiguration({ ...outriggerAt('1-24-0'), tag: 'outrigger' })

function namespace(name: string, labels: StringMap = {}): JsonObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } }
}

const namespaces = [
  namespace('shop', { 'istio.io/rev': 'prod' }),
  namespace('bank', { 'istio.io/rev': 'prod' }),
  namespace('bare'),
  namespace('enabled', { 'istio-injection': 'enabled' }),
]

/** A cluster with these objects beside the namespaces, and the tag commands run against it. */
async function cluster(...objects: readonly JsonObject[]) {
  const server = await startApiServer()
  onTestFinished(() => server.close())
  for (const object of [...namespaces, ...objects]) server.put(object)
  const args = (line: string) => ['tag', ...line.split(' '), '--kubeconfig', server.kubeconfig]
  return {
    server,
    tag: (line: string) => outrigger(args(line)),
    /** At a terminal, where someone types this. */
    asked: (line: string, answer: string) => outrigger(args(line), answer, { isInteractive: true }),
    line: (...words: readonly string[]) => `${words.join(' ')} --kubeconfig ${server.kubeconfig}`,
  }
}

const webhooks = (server: ApiServer) => server.objects(kinds.mutatingWebhookConfiguration)

/** Which revision injects pods without labels, by namespace. */
function injected(server: ApiServer): Readonly<Record<string, string>> {
  const configurations = readConfigurations(webhooks(server))
  return Object.fromEntries(
    readNamespaces(server.objects(kinds.namespace)).flatMap((one) => {
      const found = injectorsFor(configurations, one).map(({ revision }) => revision)
      return found.length === 0 ? [] : [[one.name, found.join()]]
    }),
  )
}

function writes({ requests }: ApiServer): readonly string[] {
  return requests
    .filter(({ method }) => method !== 'GET')
    .map(({ method, path }) => `${method} ${path.replace(/.*\//, '')}`)
}

function names(server: ApiServer): readonly string[] {
  return webhooks(server).map((object) => String((object['metadata'] as JsonObject)['name']))
}

describe('tag set', () => {
  test('makes a tag, says which namespaces that changes, and what to run next', async () => {
    const { server, tag, line } = await cluster(old)
    const { code, stdout, stderr } = await tag('set prod --revision 1-24-0')
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout.split('\n')).toEqual([
      'namespace bank: new pods are injected by revision 1-24-0 (currently by nothing)',
      'namespace shop: new pods are injected by revision 1-24-0 (currently by nothing)',
      'done: point the tag prod to revision 1-24-0',
      'The tag prod is used by bank, shop.',
      'Running pods keep their sidecars until they are restarted. Next:',
      `  ${line('kubectl rollout restart deployment -n bank')}`,
      `  ${line('kubectl rollout restart deployment -n shop')}`,
      '',
    ])
    expect(webhooks(server)[1]).toMatchObject(JSON.parse(JSON.stringify(prod)))
    expect(writes(server)).toEqual(['PATCH istio-revision-tag-prod?fieldManager=outrigger-tag&force=true'])
    expect(new Set(server.requests.map(({ userAgent }) => userAgent))).toEqual(new Set(['outrigger/0.1.0']))
  })

  test('moves a tag, but only with --overwrite', async () => {
    const { server, tag } = await cluster(old, canary, prod)
    const refused = await tag('set prod --revision 1-25-0')
    expect([refused.code, refused.stdout]).toEqual([2, ''])
    expect(refused.stderr).toContain('the tag prod exists and points to revision 1-24-0')
    expect(refused.stderr).toContain('use --overwrite to move it')
    expect(writes(server)).toEqual([])

    const { code, stdout } = await tag('set prod --revision 1-25-0 --overwrite')
    expect(code).toBe(0)
    expect(stdout).toContain(
      'namespace shop: new pods are injected by revision 1-25-0 (currently by revision 1-24-0)\n',
    )
    expect(injected(server)).toEqual({ shop: '1-25-0', bank: '1-25-0' })
  })

  test('the injector can apply a new caBundle afterwards, and takes nothing else away', async () => {
    const { server, tag } = await cluster(old)
    await tag('set prod --revision 1-24-0')
    const before = structuredClone(webhooks(server)[1])
    const client = connect({ kubeconfig: server.kubeconfig, env: {} })
    const renewed = prod.webhooks.map(({ name }) => ({ name, clientConfig: { caBundle: 'TkVX' } }))
    const object = { metadata: { name: prod.metadata.name }, webhooks: renewed }
    await client.apply(kinds.mutatingWebhookConfiguration, object, { fieldManager: 'outrigger', force: true })
    const after = webhooks(server)[1]
    expect(JSON.stringify(after)).toContain('TkVX')
    expect(readConfigurations([after ?? null])[0]?.webhooks.map(({ namespaceSelector }) => namespaceSelector)).toEqual(
      readConfigurations([before ?? null])[0]?.webhooks.map(({ namespaceSelector }) => namespaceSelector),
    )
  })

  test('a tag that nothing uses yet: how to use it', async () => {
    const { tag, line } = await cluster(old)
    const { stdout } = await tag('set next --revision 1-24-0')
    expect(stdout).toContain('No namespace uses the tag next yet. Next:\n')
    expect(stdout).toContain(line('kubectl label namespace NAME istio.io/rev=next istio-injection- --overwrite'))
  })

  test.each([
    ['set prod --revision 1-25-9', 'unknown revision "1-25-9": did you mean 1-25-0?'],
    ['set 1-25-0 --revision 1-24-0', "1-25-0 can't be a tag: a revision has this name (istio-sidecar-injector-1-25-0)"],
    ['set Prod --revision 1-24-0', '"Prod" can\'t be a tag: it must be a DNS label'],
    ['set next --revision prod', 'prod is a tag (of revision 1-24-0), not a revision'],
    ['set next --revision 1-24-0 --istio-namespace Mesh', '--istio-namespace: "Mesh" is not a valid namespace'],
    ['set next --revision 1-24-0 --inject-by-default yes', '--inject-by-default is only valid for the tag default'],
    ['remove next', 'unknown tag "next": known are prod'],
  ])('%s: refused, and nothing written', async (command, sentence) => {
    const { server, tag } = await cluster(old, canary, prod)
    const { code, stdout, stderr } = await tag(command)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(`outrigger: ${sentence}`)
    expect(writes(server)).toEqual([])
  })

  test('a revision that two control planes have is refused', async () => {
    const { server, tag } = await cluster(old, revisionConfiguration({ ...at('1-24-0'), namespace: 'other' }))
    const { code, stderr } = await tag('set prod --revision 1-24-0')
    expect(code).toBe(2)
    expect(stderr).toContain('has 2 configurations: istio-sidecar-injector-1-24-0, istio-sidecar-injector-1-24-0-other')
    expect(writes(server)).toEqual([])
  })

  test("the tag default takes over: the default revision's own configuration is switched off last", async () => {
    const { server, tag } = await cluster(plain, canary)
    const { code, stdout } = await tag('set default --revision 1-25-0')
    expect(code).toBe(0)
    expect(stdout).toContain('switch off istio-sidecar-injector, whose pods the tag default takes over')
    expect(writes(server)).toEqual([
      'PATCH istio-revision-tag-default?fieldManager=outrigger-tag&force=true',
      'PATCH istio-sidecar-injector?fieldManager=outrigger-tag&force=true',
    ])
    expect(injected(server)).toEqual({ enabled: '1-25-0' })
    // Everything but the selectors is as it was installed.
    expect(webhooks(server)[0]).toMatchObject({
      metadata: { labels: plain.metadata.labels },
      webhooks: plain.webhooks.map(({ name, clientConfig }) => ({
        name,
        clientConfig,
        namespaceSelector: { matchLabels: { 'istio.io/deactivated': 'never-match' } },
      })),
    })
  })

  test('--dry-run has the API server check it, and keeps nothing', async () => {
    const { server, tag } = await cluster(plain, canary)
    server.faults.warning = 'the policy of this cluster is watching'
    const before = structuredClone(webhooks(server))
    const { code, stdout, stderr } = await tag('set default --revision 1-25-0 --dry-run')
    expect(code).toBe(0)
    expect(stdout).toContain('dry run: point the tag default to revision 1-25-0\n')
    expect(stdout).toContain('a dry run: nothing was changed\n')
    expect(stderr).toContain('warning: istio-sidecar-injector: the API server warns: the policy of this cluster')
    expect(writes(server)).toHaveLength(2)
    expect(writes(server).every((write) => write.includes('dryRun=All'))).toBe(true)
    expect(webhooks(server)).toEqual(before)
  })
})

describe('overlaps', () => {
  // Another injector takes namespaces by the label that the tag `prod` would use.
  const foreign = { ...prod, metadata: { name: 'foreign', labels: { 'istio.io/rev': 'foreign' } } }

  test('are named with an example, and a script needs --yes', async () => {
    const { server, tag } = await cluster(canary, foreign)
    const refused = await tag('set prod --revision 1-25-0')
    expect(refused.code).toBe(2)
    expect(refused.stderr).toContain(
      'overlap: rev.namespace.sidecar-injector.istio.io of foreign (revision foreign) and ' +
        'rev.namespace.sidecar-injector.istio.io of istio-revision-tag-prod (tag prod, revision 1-25-0) both select a pod ' +
        'with no labels in a namespace with istio.io/rev=prod\n',
    )
    expect(refused.stderr).toContain('confirm with --yes')
    expect(writes(server)).toEqual([])
    expect((await tag('set prod --revision 1-25-0 --yes')).code).toBe(0)
    expect(writes(server)).toHaveLength(1)
  })

  test('at a terminal someone is asked, and may decline', async () => {
    const { server, asked } = await cluster(canary, foreign)
    const declined = await asked('set prod --revision 1-25-0', 'n\n')
    expect(declined.code).toBe(1)
    expect(declined.stderr).toContain('two injectors would inject the same pods. Continue? [y/N] declined: nothing was')
    expect(writes(server)).toEqual([])
    expect((await asked('set prod --revision 1-25-0', 'y\n')).code).toBe(0)
    expect(writes(server)).toHaveLength(1)
  })

  test('what changed while someone was asked is noticed', async () => {
    const { server } = await cluster(canary, foreign)
    const answer = (async function* () {
      server.put(old)
      server.put(prod)
      yield 'y\n'
    })()
    const texts: string[] = []
    const output = { write: (text: string) => void texts.push(text), isTerminal: false }
    const { run } = await import('../../src/cli/run.ts')
    const code = await run(['tag', 'set', 'prod', '--revision', '1-25-0', '--kubeconfig', server.kubeconfig], {
      stdin: answer,
      isInteractive: true,
      stdout: output,
      stderr: output,
      env: {},
      cwd: '/',
      onSignal: () => () => undefined,
    })
    expect(code).toBe(2)
    expect(texts.join('')).toContain('nothing was changed, because the cluster changed since it was read')
    expect(writes(server)).toEqual([])
  })
})

describe('a failure', () => {
  const path = /istio-sidecar-injector\?/

  test('between two writes is reported with what was done, and leaves at least as much injected', async () => {
    const { server, tag, line } = await cluster(plain, canary)
    const before = injected(server)
    server.faults.next.push({ status: 500, path })
    const { code, stdout, stderr } = await tag('set default --revision 1-25-0')
    expect(code).toBe(2)
    expect(stdout).toContain('done: point the tag default to revision 1-25-0\n')
    expect(stderr.split('\n')).toEqual([
      `outrigger: cannot apply MutatingWebhookConfiguration istio-sidecar-injector: told to answer 500 (${server.url}, from --kubeconfig ${server.kubeconfig})`,
      'partially done:',
      '  done: point the tag default to revision 1-25-0',
      '  not done: switch off istio-sidecar-injector, whose pods the tag default takes over',
      'running pods are not affected',
      `to finish: ${line('outrigger tag set default --revision 1-25-0 --overwrite')}`,
      `to undo:   ${line('outrigger tag remove default')}`,
      '',
    ])
    expect(Object.keys(injected(server))).toEqual(expect.arrayContaining(Object.keys(before)))

    // The line that finishes does; there is an overlap no more.
    const finished = await tag('set default --revision 1-25-0 --overwrite')
    expect([finished.code, finished.stderr]).toEqual([0, ''])
    expect(injected(server)).toEqual({ enabled: '1-25-0' })
  })

  test('of the first write changes nothing, and says so', async () => {
    const { server, tag } = await cluster(old, canary, prod)
    server.faults.next.push({ status: 403, path: /istio-revision-tag-prod/ })
    const { code, stderr } = await tag('set prod --revision 1-25-0 --overwrite')
    expect(code).toBe(2)
    expect(stderr).toContain('nothing was changed:\n  not done: point the tag prod to revision 1-25-0\n')
    expect(stderr).toContain('`kubectl auth can-i --list` lists what is allowed')
    expect(stderr).not.toContain('to undo')
    expect(injected(server)).toEqual({ shop: '1-24-0', bank: '1-24-0' })
  })

  test('a cluster that cannot be reached: which, by what, and what to do', async () => {
    const { server, tag } = await cluster()
    await server.stop()
    const { code, stderr } = await tag('list')
    expect(code).toBe(2)
    expect(stderr).toMatch(/^outrigger: cannot reach the API server http:\/\/127\.0\.0\.1:\d+: .*ECONNREFUSED/)
    expect(stderr).toContain(
      `(${server.url}, from --kubeconfig ${server.kubeconfig}): check that the cluster is running`,
    )
  })

  test('no cluster at all, and a context that is not there', async () => {
    const nowhere = await outrigger(['tag', 'list'], '', { env: { HOME: folder({}) } })
    expect(nowhere.code).toBe(2)
    expect(nowhere.stderr).toContain('no cluster: ')
    const { tag } = await cluster()
    const misspelt = await tag('list --context tset')
    expect(misspelt.code).toBe(2)
    expect(misspelt.stderr).toContain('did you mean test?')
  })
})

describe('tag remove', () => {
  test('names the namespaces that use the tag, asks, and deletes', async () => {
    const { server, tag, asked } = await cluster(old, prod)
    const declined = await asked('remove prod', '\n')
    expect(declined.code).toBe(1)
    expect(declined.stdout).toContain(
      'namespace shop: new pods are injected by nothing (currently by revision 1-24-0)\n',
    )
    expect(declined.stderr).toContain('Remove the tag prod? It is used by bank, shop. [y/N]')
    expect((await tag('remove prod')).code).toBe(2)
    expect((await tag('remove prod --dry-run')).stdout).toContain('dry run: delete the tag prod')
    expect(names(server)).toContain('istio-revision-tag-prod')

    const removed = await asked('remove prod', 'yes\n')
    expect(removed.code).toBe(0)
    expect(removed.stdout).toContain('done: delete the tag prod (istio-revision-tag-prod)\n')
    expect(names(server)).toEqual(['istio-sidecar-injector-1-24-0'])
  })
})

describe('tag list', () => {
  const gone = tagConfiguration({ ...at('1-23-0'), tag: 'legacy' })

  test('shows tags, their revisions and users; a revision that is gone is shown as such', async () => {
    const { tag } = await cluster(old, prod, gone, outriggers)
    expect(await tag('list')).toEqual({
      code: 0,
      stdout: [
        'TAG         REVISION        INJECTOR                     NAMESPACES',
        'legacy      1-23-0 (gone)   istio-system/istiod-1-23-0   -',
        'outrigger   1-24-0          outrigger-system/outrigger   -',
        'prod        1-24-0          istio-system/istiod-1-24-0   bank,shop',
        '',
      ].join('\n'),
      stderr: '',
    })
  })

  test('as JSON and YAML, and from manifests', async () => {
    const cwd = folder({ 'all.json': JSON.stringify({ kind: 'List', items: [old, prod, ...namespaces] }) })
    const rows = [
      {
        tag: 'prod',
        revision: '1-24-0',
        injector: 'istiod',
        address: 'istio-system/istiod-1-24-0',
        isInstalled: true,
        namespaces: ['bank', 'shop'],
        configuration: 'istio-revision-tag-prod',
      },
    ]
    const list = (format: string) => outrigger(['tag', 'list', '-f', 'all.json', '-o', format], '', { cwd })
    expect(JSON.parse((await list('json')).stdout)).toEqual(rows)
    expect(readYaml((await list('yaml')).stdout)).toEqual(rows)
  })

  test('without tags', async () => {
    const { tag, server } = await cluster(old)
    expect(await tag('list')).toEqual({ code: 0, stdout: '', stderr: `no tags in the cluster ${server.url}\n` })
    expect((await tag('list -o json')).stdout).toBe('[]\n')
  })
})

describe('tag generate', () => {
  test("prints a tag from a revision's manifest, without a cluster", async () => {
    const args = ['tag', 'generate', 'prod', '--revision', '1-24-0', '-f', '-']
    const { code, stdout, stderr } = await outrigger(args, JSON.stringify(old))
    expect([code, stderr]).toEqual([0, ''])
    expect(readYaml(stdout)).toEqual(prod)
    expect(JSON.parse((await outrigger([...args, '-o', 'json'], JSON.stringify(old))).stdout)).toEqual(prod)
  })

  test('touches nothing, and says what would be taken twice', async () => {
    const { server, tag } = await cluster(plain, canary)
    const { code, stdout, stderr } = await tag('generate default --revision 1-25-0')
    expect(code).toBe(0)
    expect(readYaml(stdout)).toMatchObject({ metadata: { name: 'istio-revision-tag-default' } })
    expect(stderr).toContain('note: istio-sidecar-injector is active')
    expect(stderr).toContain('overlap: ')
    expect(writes(server)).toEqual([])
  })

  test.each([
    [{ timeoutSeconds: 99 }, 'has timeoutSeconds 99, which must be 1 to 30'],
    [{ failurePolicy: 'Fial' }, 'has failurePolicy "Fial", which must be Fail or Ignore'],
    [{ clientConfig: { url: 'http://a' } }, 'has a clientConfig.url that is not https: "http://a"'],
    [
      { clientConfig: { service: { name: 'istiod' } } },
      'has a clientConfig.service without a valid name and namespace',
    ],
  ])('a manifest that no API server would take (%j) is not copied', async (fields, sentence) => {
    const broken = { ...old, webhooks: old.webhooks.map((webhook) => ({ ...webhook, ...fields })) }
    const args = ['tag', 'generate', 'prod', '--revision', '1-24-0', '-f', '-']
    const { code, stderr } = await outrigger(args, JSON.stringify(broken))
    expect(code).toBe(2)
    expect(stderr).toContain(sentence)
  })

  test('with manifests, set only says what it would do', async () => {
    const args = ['tag', 'set', 'prod', '--revision', '1-24-0', '-f', '-']
    const { code, stdout, stderr } = await outrigger(
      args,
      JSON.stringify({ kind: 'List', items: [old, ...namespaces] }),
    )
    expect(code).toBe(0)
    expect(stdout).toContain('namespace shop: new pods are injected by revision 1-24-0 (currently by nothing)\n')
    expect(stdout).toContain('not done: point the tag prod to revision 1-24-0\n')
    expect(stderr).toContain('the input is manifests: `outrigger tag generate` prints the object to apply')
  })
})

describe('between istiod and Outrigger', () => {
  test('a tag moves in one write, keeps the rest of its object, and moves back', async () => {
    const metadata = { ...prod.metadata, annotations: { team: 'mesh' }, finalizers: ['example.com/keep'] }
    const { server, tag } = await cluster(old, outriggers, { ...prod, metadata })
    const there = await tag('set prod --overwrite')
    expect([there.code, there.stderr]).toEqual([0, ''])
    expect(there.stdout).toContain(
      'namespace shop: new pods are injected by Outrigger in outrigger-system/outrigger (currently by revision 1-24-0)\n',
    )
    expect(writes(server)).toEqual(['PUT istio-revision-tag-prod?fieldManager=outrigger-tag'])
    expect(
      webhooks(server).find((one) => lookupString(one, 'metadata', 'name') === 'istio-revision-tag-prod'),
    ).toMatchObject({
      metadata: {
        labels: { 'istio.io/rev': '1-24-0', 'istio.io/tag': 'prod' },
        annotations: { team: 'mesh' },
        finalizers: ['example.com/keep'],
      },
      webhooks: ['rev.namespace', 'rev.object'].map((prefix) => ({
        name: `${prefix}.sidecar-injector.outrigger.dev`,
        clientConfig: outriggers.webhooks[0]?.clientConfig,
      })),
    })
    const back = await tag('set prod --revision 1-24-0 --overwrite')
    expect([back.code, back.stderr]).toEqual([0, ''])
    const now = webhooks(server).find((one) => lookupString(one, 'metadata', 'name') === 'istio-revision-tag-prod')
    expect(now).toMatchObject({ metadata: { ...metadata }, webhooks: [...prod.webhooks] })
  })
})

test('a tag goes back to an istiod that has no webhooks of its own', async () => {
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'istiod-1-24-0', namespace: 'istio-system' },
    spec: { ports: [{ name: 'https-webhook', port: 443 }] },
  }
  const pem = '-----BEGIN CERTIFICATE-----\nQ0E=\n-----END CERTIFICATE-----\n'
  const root = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'istio-ca-root-cert', namespace: 'istio-system' },
    data: { 'root-cert.pem': pem },
  }
  const moved = tagConfiguration({ ...outriggerAt('1-24-0'), tag: 'prod', name: 'istio-revision-tag-prod' })
  const { server, tag } = await cluster(outriggers, moved, service, root)
  const { code, stdout, stderr } = await tag('set prod --revision 1-24-0 --overwrite')
  expect([code, stderr]).toEqual([0, ''])
  expect(stdout).toContain('done: point the tag prod to revision 1-24-0\n')
  const now = webhooks(server).find((one) => lookupString(one, 'metadata', 'name') === 'istio-revision-tag-prod')
  expect(now).toMatchObject({
    webhooks: prod.webhooks.map(({ name }) => ({
      name,
      clientConfig: { service: { name: 'istiod-1-24-0', namespace: 'istio-system' }, caBundle: btoa(pem) },
    })),
  })
})

describe('notes', () => {
  test('on a tool that would put the tag back, and on a revision without a caBundle', async () => {
    const managedFields = [{ manager: 'helm', operation: 'Update' }]
    const helms = { ...prod, metadata: { ...prod.metadata, managedFields } }
    const { clientConfig, ...rest } = at('1-25-0')
    const young = revisionConfiguration({ ...rest, clientConfig: { service: clientConfig.service } })
    const { tag } = await cluster(old, young, helms)
    const { code, stderr } = await tag('set prod --revision 1-25-0 --overwrite')
    expect(code).toBe(0)
    expect(stderr).toContain(
      "note: istio-revision-tag-prod may be reverted by the release's next upgrade: remove the tag from its values",
    )
    expect(stderr).toContain('note: istio-sidecar-injector-1-25-0 has no caBundle, so the tag gets none')
  })

  test('on a tag whose caBundle the injector may not keep', async () => {
    const role = (...resourceNames: readonly string[]) => ({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: 'outrigger-1-24-0' },
      rules: [
        {
          apiGroups: ['admissionregistration.k8s.io'],
          resources: ['mutatingwebhookconfigurations'],
          resourceNames,
          verbs: ['patch'],
        },
      ],
    })
    const { tag, server } = await cluster(old, role('istio-sidecar-injector-1-24-0', 'istio-revision-tag-prod'))
    expect((await tag('set prod --revision 1-24-0')).stderr).toBe('')
    expect((await tag('set next --revision 1-24-0')).stderr).toContain(
      'but not of istio-revision-tag-next: add the tag to externalTags',
    )
    // Whoever may not read roles isn't told, and sets tags all the same.
    server.faults.next.push({ status: 403, path: /clusterroles/ })
    expect(await tag('set other --revision 1-24-0')).toMatchObject({ code: 0, stderr: '' })
  })
})
