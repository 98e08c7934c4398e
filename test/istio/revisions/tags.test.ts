import { describe, expect, test } from 'vitest'
import { readConfigurations } from '../../../src/istio/revisions/configuration.ts'
import { matchWebhooks } from '../../../src/istio/revisions/match.ts'
import { listTags } from '../../../src/istio/revisions/tag-list.ts'
import { planTagGenerate, planTagRemove, planTagSet, type TagPlan } from '../../../src/istio/revisions/tags.ts'
import { revisionConfiguration, tagConfiguration } from '../../../src/istio/revisions/webhooks.ts'
import type { Json, JsonObject, StringMap } from '../../../src/lang/json.ts'
import { at, outriggerAt } from './sets.ts'

const plain = revisionConfiguration(at(''))
const old = revisionConfiguration(at('1-24-0'))
const canary = revisionConfiguration(at('1-25-0'))
const prod = tagConfiguration({ ...at('1-24-0'), tag: 'prod' })

const namespace = (name: string, labels: StringMap = {}): JsonObject => ({ metadata: { name, labels } })
const namespaces = [
  namespace('shop', { 'istio.io/rev': 'prod' }),
  namespace('bare'),
  namespace('enabled', { 'istio-injection': 'enabled' }),
  namespace('both', { 'istio-injection': 'enabled', 'istio.io/rev': 'prod' }),
  namespace('canary', { 'istio.io/rev': '1-25-0' }),
]
/** The target istiod, and the injector that a namespace then has. */
const to = (revision: string) => ({ injector: 'istiod', revision }) as const
const by = (revision: string) => ({
  injector: 'istiod',
  address: `istio-system/istiod${revision === 'default' ? '' : `-${revision}`}`,
  revision,
})
const cluster = (...configurations: readonly Json[]) => ({ configurations, namespaces })

/** The configurations after the first `count` steps, as server-side apply and replacements leave them. */
function applied(
  configurations: readonly JsonObject[],
  plan: TagPlan,
  count = plan.steps.length,
): readonly JsonObject[] {
  return plan.steps.slice(0, count).reduce((current, step) => {
    const others = current.filter((object) => nameOf(object) !== step.name)
    if (step.action === 'delete') return others
    if (step.action === 'replace') return [...others, step.object]
    const before = current.find((object) => nameOf(object) === step.name)
    const webhooks = (step.object['webhooks'] as readonly JsonObject[]).map((webhook) => ({
      ...(before?.['webhooks'] as readonly JsonObject[] | undefined)?.find(({ name }) => name === webhook['name']),
      ...webhook,
    }))
    const metadata = { ...(before?.['metadata'] as JsonObject), ...(step.object['metadata'] as JsonObject) }
    return [...others, { ...before, ...step.object, metadata, webhooks }]
  }, configurations)
}

function nameOf(object: JsonObject): string {
  return (object['metadata'] as { readonly name: string }).name
}

/** The names of the namespaces in which a pod with these labels is taken by some webhook. */
function taken(configurations: readonly Json[], labels: StringMap = {}): readonly string[] {
  return namespaces.flatMap((document) => {
    const { name, labels: own } = document['metadata'] as { readonly name: string; readonly labels: StringMap }
    const matches = matchWebhooks(readConfigurations(configurations), { namespace: { name, labels: own }, labels })
    return matches.some((match) => match.matches) ? [name] : []
  })
}

describe('tag set', () => {
  test('copies what the revision calls, and how', () => {
    const revision = revisionConfiguration({
      ...at('1-25-0', '/inject/cluster/c1'),
      failurePolicy: 'Ignore',
      reinvocationPolicy: 'IfNeeded',
      timeoutSeconds: 7,
      matchConditions: [{ name: 'always', expression: 'true' }],
      excludedNamespaces: ['istio-system'],
      labels: { app: 'mine', team: 'mesh', 'app.kubernetes.io/managed-by': 'Helm' },
      annotations: {
        note: 'kept',
        'kubectl.kubernetes.io/last-applied-configuration': '{}',
        'meta.helm.sh/release-name': 'outrigger',
        'argocd.argoproj.io/tracking-id': 'outrigger',
      },
    })
    const plan = planTagSet(cluster(revision), { tag: 'prod', target: to('1-25-0') })
    expect(plan).toEqual({
      problems: [],
      steps: [
        {
          action: 'apply',
          name: 'istio-revision-tag-prod',
          text: 'point the tag prod to revision 1-25-0',
          object: tagConfiguration({
            ...at('1-25-0', '/inject/cluster/c1'),
            tag: 'prod',
            failurePolicy: 'Ignore',
            reinvocationPolicy: 'IfNeeded',
            timeoutSeconds: 7,
            matchConditions: [{ name: 'always', expression: 'true' }],
            excludedNamespaces: ['istio-system'],
            labels: { team: 'mesh' },
            annotations: { note: 'kept' },
          }),
        },
      ],
      namespaces: [{ namespace: 'shop', before: [], after: [by('1-25-0')] }],
      overlaps: [],
      notes: [],
    })
  })

  test('copies a URL, and the first webhook that is an injector', () => {
    const webhooks = [{ ...canary.webhooks[0], name: 'first.example.com' }, ...canary.webhooks.slice(1)]
    const url = { url: 'https://mesh.example.com/inject', caBundle: 'QUI=' }
    const revision = {
      ...canary,
      webhooks: webhooks.map((one, at) => (at === 1 ? { ...one, clientConfig: url } : one)),
    }
    const plan = planTagSet(cluster(revision), { tag: 'prod', target: to('1-25-0') })
    expect(plan.steps).toMatchObject([{ object: { webhooks: [{ clientConfig: url }, { clientConfig: url }] } }])
  })

  test('moves a tag in one step, when that is asked for', () => {
    const objects = cluster(old, canary, prod)
    expect(planTagSet(objects, { tag: 'prod', target: to('1-25-0') })).toMatchObject({
      problems: [
        'the tag prod exists and points to revision 1-24-0 (istio-revision-tag-prod): use --overwrite to move it',
      ],
      steps: [],
    })
    const plan = planTagSet(objects, { tag: 'prod', target: to('1-25-0'), overwrite: true })
    expect(plan.problems).toEqual([])
    expect(plan.steps.map(({ action, name }) => [action, name])).toEqual([['replace', 'istio-revision-tag-prod']])
    expect(plan.namespaces).toEqual([{ namespace: 'shop', before: [by('1-24-0')], after: [by('1-25-0')] }])
  })

  test('an object of another name stays the tag, unless a namespace is asked for: then it is deleted last', () => {
    const elsewhere = tagConfiguration({ ...at('1-24-0'), tag: 'prod', namespace: 'mesh' })
    const request = { tag: 'prod', target: to('1-25-0'), overwrite: true }
    const moved = planTagSet(cluster(old, canary, elsewhere), request)
    expect(moved.steps.map(({ action, name }) => [action, name])).toEqual([['replace', 'istio-revision-tag-prod-mesh']])
    const renamed = planTagSet(cluster(old, canary, elsewhere), { ...request, namespace: 'istio-system' })
    expect(renamed.steps.map(({ action, name }) => [action, name])).toEqual([
      ['apply', 'istio-revision-tag-prod'],
      ['delete', 'istio-revision-tag-prod-mesh'],
    ])
    expect([...moved.overlaps, ...renamed.overlaps]).toEqual([])
  })

  test('the name follows the control plane of the revision', () => {
    const names = (revision: JsonObject, request = {}) =>
      planTagSet(cluster(revision), { tag: 'prod', target: to('1-25-0'), ...request }).steps.map(({ name }) => name)
    const inMesh = revisionConfiguration({ ...at('1-25-0'), namespace: 'mesh' })
    expect(names(inMesh)).toEqual(['istio-revision-tag-prod-mesh'])
    expect(names(inMesh, { namespace: 'istio-system' })).toEqual(['istio-revision-tag-prod'])
    const renamed = { ...inMesh, metadata: { ...inMesh.metadata, name: 'renamed' } }
    expect(names(renamed)).toEqual(['istio-revision-tag-prod'])
  })

  test('another tag that would have the same name is left alone', () => {
    const inMesh = revisionConfiguration({ ...at('1-25-0'), namespace: 'mesh' })
    const other = tagConfiguration({ ...at('1-24-0'), tag: 'prod-mesh' })
    const plan = planTagSet(cluster(inMesh, old, other), { tag: 'prod', target: to('1-25-0'), overwrite: true })
    expect(plan.steps).toEqual([])
    expect(plan.problems).toEqual([
      'istio-revision-tag-prod-mesh exists and is not the tag prod: choose another name for the tag',
    ])
  })

  const eager = revisionConfiguration({ ...at(''), enableNamespacesByDefault: true })
  test('default takes over from the default revision, and no step on the way injects less', () => {
    const before = [eager, canary]
    const plan = planTagSet(cluster(...before), { tag: 'default', target: to('1-25-0') })
    expect(plan.problems).toEqual([])
    expect(plan.overlaps).toEqual([])
    expect(plan.steps.map(({ action, name }) => [action, name])).toEqual([
      ['apply', 'istio-revision-tag-default'],
      ['apply', 'istio-sidecar-injector'],
    ])
    expect(plan.namespaces).toEqual([
      { namespace: 'bare', before: [by('default')], after: [by('1-25-0')] },
      { namespace: 'both', before: [by('default')], after: [by('1-25-0')] },
      { namespace: 'enabled', before: [by('default')], after: [by('1-25-0')] },
    ])
    const never = { matchLabels: { 'istio.io/deactivated': 'never-match' } }
    expect(plan.steps[1]).toMatchObject({
      object: {
        metadata: { name: 'istio-sidecar-injector' },
        webhooks: ['rev.namespace', 'rev.object', 'namespace', 'object', 'auto'].map((prefix) => ({
          name: `${prefix}.sidecar-injector.istio.io`,
          namespaceSelector: never,
          objectSelector: never,
        })),
      },
    })
    for (const labels of [{}, { 'sidecar.istio.io/inject': 'true' }, { 'istio.io/rev': 'default' }]) {
      const count = (steps: number) => taken(applied(before, plan, steps), labels)
      expect(count(0).length).toBeGreaterThan(0)
      expect(count(1)).toEqual(count(0))
      expect(count(2)).toEqual(count(0))
    }
    expect(applied(before, plan)).toContainEqual(
      revisionConfiguration({ ...at(''), enableNamespacesByDefault: true, deactivated: true }),
    )

    // Moved on to another revision, what it does stays as it is; the default revision is off already.
    const again = planTagSet(cluster(...applied(before, plan), old), {
      tag: 'default',
      target: to('1-24-0'),
      overwrite: true,
    })
    expect(again.steps.map(({ name }) => name)).toEqual(['istio-revision-tag-default'])
    expect(again.namespaces).toHaveLength(3)
    const asked = { tag: 'default', target: to('1-25-0'), enableNamespacesByDefault: false }
    expect(planTagSet(cluster(...before), asked).namespaces).toContainEqual({
      namespace: 'bare',
      before: [by('default')],
      after: [],
    })
  })

  test('default can point back to the default revision', () => {
    const before = applied(
      [plain, canary],
      planTagSet(cluster(plain, canary), { tag: 'default', target: to('1-25-0') }),
    )
    const plan = planTagSet(cluster(...before), { tag: 'default', target: to(''), overwrite: true })
    expect(plan.steps.map(({ text }) => text)).toEqual(['point the tag default to revision default'])
    expect(plan.namespaces).toContainEqual({ namespace: 'enabled', before: [by('1-25-0')], after: [by('default')] })
  })

  test('an overlap with what is there is found', () => {
    const foreign = revisionConfiguration({ ...at('foreign'), namespace: 'other' })
    const greedy = { ...foreign, webhooks: foreign.webhooks.map((one) => ({ ...one, namespaceSelector: {} })) }
    const plan = planTagSet(cluster(canary, greedy), { tag: 'prod', target: to('1-25-0') })
    expect(plan.steps).toHaveLength(1)
    const ofTag = plan.overlaps.filter(({ first }) => first.configuration === 'istio-revision-tag-prod')
    expect(ofTag[0]).toMatchObject({ namespaceLabels: { 'istio.io/rev': 'prod' }, podLabels: {} })
  })

  describe('to Outrigger', () => {
    const own = tagConfiguration({ ...outriggerAt(''), tag: 'outrigger' })
    const toOutrigger = { injector: 'outrigger' } as const
    const byOutrigger = { injector: 'outrigger', address: 'outrigger-system/outrigger', revision: 'default' }

    test("keeps the object, its name and its marks, and the label of istiod's revision", () => {
      const marks = { 'app.kubernetes.io/managed-by': 'Helm', team: 'mesh' }
      const istiods = tagConfiguration({ ...at(''), tag: 'prod', labels: marks })
      const plan = planTagSet(cluster(plain, istiods, own), { tag: 'prod', target: toOutrigger, overwrite: true })
      expect(plan).toEqual({
        problems: [],
        steps: [
          {
            action: 'replace',
            name: 'istio-revision-tag-prod',
            text: 'point the tag prod to Outrigger in outrigger-system/outrigger',
            object: tagConfiguration({
              ...outriggerAt(''),
              tag: 'prod',
              name: 'istio-revision-tag-prod',
              labels: marks,
            }),
          },
        ],
        namespaces: [{ namespace: 'shop', before: [by('default')], after: [byOutrigger] }],
        overlaps: [],
        notes: [],
      })
      // istiod writes its CA into each webhook with its suffix under its revision.
      const [step] = plan.steps
      const names = step?.action === 'replace' ? step.object.webhooks.map(({ name }) => name) : []
      expect(names).toEqual([
        'rev.namespace.sidecar-injector.outrigger.dev',
        'rev.object.sidecar-injector.outrigger.dev',
      ])
    })

    test("and back to istiod leaves nothing of Outrigger's", () => {
      const labels = { 'app.kubernetes.io/name': 'outrigger', 'helm.sh/chart': 'outrigger-1.0.0' }
      const annotations = { 'cert-manager.io/inject-ca-from': 'outrigger-system/outrigger-tls' }
      const marked = tagConfiguration({ ...outriggerAt(''), tag: 'outrigger', labels, annotations })
      const istiods = tagConfiguration({ ...at(''), tag: 'prod' })
      const there = planTagSet(cluster(plain, istiods, marked), { tag: 'prod', target: toOutrigger, overwrite: true })
      const moved = applied([plain, istiods, marked], there)
      expect(moved).toContainEqual(expect.objectContaining({ metadata: expect.objectContaining({ annotations }) }))
      const back = planTagSet(cluster(...moved), { tag: 'prod', target: to(''), overwrite: true })
      expect(applied(moved, back)).toEqual([plain, marked, istiods])
    })

    test('default takes over from istiod, and no step on the way injects less', () => {
      const before = [eager, own]
      const plan = planTagSet(cluster(...before), { tag: 'default', target: toOutrigger })
      expect(plan.steps.map(({ action, name }) => [action, name])).toEqual([
        ['apply', 'istio-revision-tag-default'],
        ['apply', 'istio-sidecar-injector'],
      ])
      expect([plan.problems, plan.overlaps]).toEqual([[], []])
      for (const labels of [{}, { 'sidecar.istio.io/inject': 'true' }, { 'istio.io/rev': 'default' }]) {
        const count = (steps: number) => taken(applied(before, plan, steps), labels)
        expect(count(0).length).toBeGreaterThan(0)
        expect([count(1), count(2)]).toEqual([count(0), count(0)])
      }
    })

    const other = tagConfiguration({ ...outriggerAt('1-25-0', 'mesh'), tag: 'canary' })
    test.each<[string, readonly Json[], string | undefined, string]>([
      [
        'none is installed',
        [plain],
        undefined,
        'Outrigger is not installed: no webhook has a name that ends in sidecar-injector.outrigger.dev. Install its chart, or name the revision of another injector with --revision',
      ],
      ['it has another tag', [plain, own, other], 'canry', 'no Outrigger has the tag "canry": did you mean canary?'],
      [
        'there are several, none by the default tag',
        [other, tagConfiguration({ ...outriggerAt(''), tag: 'next' })],
        undefined,
        'there are 2 installations of Outrigger: choose one with --to, by its tag: canary, next',
      ],
    ])('refuses if %s', (_, configurations, tag, problem) => {
      const request = { tag: 'prod', target: { ...toOutrigger, tag } }
      expect(planTagSet(cluster(...configurations), request)).toMatchObject({ problems: [problem], steps: [] })
    })

    test("names a new tag as istioctl would: after istiod's namespace, where istiod has a configuration", () => {
      const names = (...configurations: readonly Json[]) =>
        planTagSet(cluster(...configurations, own), { tag: 'next', target: toOutrigger }).steps.map(({ name }) => name)
      expect(names(plain)).toEqual(['istio-revision-tag-next'])
      expect(names(revisionConfiguration({ ...at(''), namespace: 'mesh' }))).toEqual(['istio-revision-tag-next-mesh'])
      expect(names(canary)).toEqual(['istio-revision-tag-next-outrigger-system'])
      expect(names()).toEqual(['istio-revision-tag-next-outrigger-system'])
    })

    test('takes the only one, whatever its tag', () => {
      const [step] = planTagSet(cluster(other), { tag: 'prod', target: toOutrigger }).steps
      expect(step).toMatchObject({
        name: 'istio-revision-tag-prod-mesh',
        object: { metadata: { labels: { 'istio.io/rev': '1-25-0' } } },
      })
    })

    test('back to an istiod without webhooks of its own, by its Service', () => {
      const moved = tagConfiguration({ ...outriggerAt(''), tag: 'prod', name: 'istio-revision-tag-prod' })
      const pem = '-----BEGIN CERTIFICATE-----\nQ0E=\n-----END CERTIFICATE-----'
      const service = (name: string) => ({
        metadata: { name, namespace: 'istio-system' },
        spec: {
          ports: [
            { name: 'grpc-xds', port: 15010 },
            { name: 'https-webhook', port: 443 },
          ],
        },
      })
      const request = { tag: 'prod', target: to(''), overwrite: true }
      const set = (name: string, rootCertificate?: Json) =>
        planTagSet({ ...cluster(own, moved), istiod: { service: service(name), rootCertificate } }, request)
      const plan = set('istiod', { data: { 'root-cert.pem': `# the mesh’s\n${pem}\n` } })
      const clientConfig = { ...at('').clientConfig, caBundle: btoa(`${pem}\n`) }
      expect(plan.steps).toMatchObject([
        { action: 'replace', object: tagConfiguration({ ...at(''), clientConfig, tag: 'prod' }) },
      ])
      expect([plan.problems, plan.notes]).toEqual([[], []])
      // istiod writes its CA into a tag of its revision by itself.
      expect(set('istiod').notes).toEqual([expect.stringContaining('istio-sidecar-injector has no caBundle')])
      expect(set('istiod-1-27').problems).toHaveLength(1)
    })

    test('a revision of which there are only tags, and no Service, has nothing to copy', () => {
      const request = { tag: 'prod', target: to('') }
      expect(planTagSet(cluster(own), request).problems).toEqual([
        "revision default has no webhook configuration of its own to copy, only tags (outrigger), and its Service is not found: name istiod's namespace with --istio-namespace",
      ])
    })
  })

  const bare = { metadata: { name: 'bare', labels: { 'istio.io/rev': 'bare' } }, webhooks: [] }
  const nowhere = { ...bare, webhooks: [{ name: 'sidecar-injector.istio.io', clientConfig: { caBundle: 'Q0E=' } }] }
  const twice = revisionConfiguration({ ...at('1-25-0'), namespace: 'mesh' })
  test.each<[string, readonly Json[], string, string, string]>([
    [
      'a revision that is not there',
      [old, canary],
      'prod',
      '1-24-1',
      'unknown revision "1-24-1": did you mean 1-24-0?',
    ],
    ['no default revision', [old], 'prod', '', 'unknown revision "default": known are 1-24-0'],
    ['no revision at all', [], 'prod', 'x', 'unknown revision "x": none are known'],
    [
      'a tag as revision',
      [old, prod],
      'next',
      'prod',
      'prod is a tag (of revision 1-24-0), not a revision: a tag must point to a revision',
    ],
    [
      'a revision twice',
      [canary, twice],
      'prod',
      '1-25-0',
      'revision 1-25-0 has 2 configurations: istio-sidecar-injector-1-25-0, istio-sidecar-injector-1-25-0-mesh all have the label istio.io/rev=1-25-0',
    ],
    [
      'no injector',
      [bare],
      'prod',
      'bare',
      "bare can't be copied: it has no webhook whose name ends in sidecar-injector.istio.io or sidecar-injector.outrigger.dev",
    ],
    [
      'no server',
      [nowhere],
      'prod',
      'bare',
      "bare can't be copied: sidecar-injector.istio.io has neither clientConfig.url nor clientConfig.service",
    ],
    [
      'the name of a revision',
      [old, canary],
      '1-24-0',
      '1-25-0',
      "1-24-0 can't be a tag: a revision has this name (istio-sidecar-injector-1-24-0), and both would select the same pods",
    ],
    ...['Prod', '-a', 'a-', 'a.b', '', 'a'.repeat(64), 'a\n'].map(
      (tag): [string, readonly Json[], string, string, string] => [
        `the name ${JSON.stringify(tag)}`,
        [canary],
        tag,
        '1-25-0',
        `${JSON.stringify(tag)} can't be a tag: it must be a DNS label, that is at most 63 lower-case letters, digits and dashes, with a letter or digit at either end`,
      ],
    ),
  ])('refuses %s', (_, configurations, tag, revision, problem) => {
    const refused = { problems: [problem], steps: [], namespaces: [], overlaps: [], notes: [] }
    expect(planTagSet(cluster(...configurations), { tag, target: to(revision) })).toEqual(refused)
    expect(planTagGenerate(cluster(...configurations), { tag, target: to(revision) })).toEqual(refused)
  })
})

describe('tag generate', () => {
  test('gives what set would apply, whether or not the tag exists', () => {
    const request = { tag: 'prod', target: to('1-25-0') }
    const generated = planTagGenerate(cluster(old, canary, prod), request)
    const [set] = planTagSet(cluster(old, canary, prod), { ...request, overwrite: true }).steps
    expect(generated.steps).toEqual([{ ...set, action: 'apply' }])
    expect(JSON.stringify(generated)).toBe(JSON.stringify(planTagGenerate(cluster(prod, canary, old), request)))
  })

  test('switches nothing off, and says what that means for default', () => {
    const plan = planTagGenerate(cluster(plain, canary), { tag: 'default', target: to('1-25-0') })
    expect(plan.steps).toHaveLength(1)
    expect(plan.overlaps).toHaveLength(4)
    expect(plan.notes).toEqual([
      'istio-sidecar-injector is active: with the tag default applied beside it, both would select the same pods; ' +
        '`tag set default` switches it off',
    ])
  })
})

describe('tag list', () => {
  test('tags with the namespaces that use them, and whether their revision is there', () => {
    const gone = tagConfiguration({ ...at('1-23-0'), tag: 'last' })
    const ofDefault = tagConfiguration({ ...at('1-24-0'), tag: 'default' })
    expect(listTags(cluster(gone, prod, ofDefault, old))).toEqual([
      {
        tag: 'default',
        revision: '1-24-0',
        injector: 'istiod',
        address: 'istio-system/istiod-1-24-0',
        isInstalled: true,
        namespaces: ['both', 'enabled'],
        configuration: 'istio-revision-tag-default',
      },
      {
        tag: 'last',
        revision: '1-23-0',
        injector: 'istiod',
        address: 'istio-system/istiod-1-23-0',
        isInstalled: false,
        namespaces: [],
        configuration: 'istio-revision-tag-last',
      },
      {
        tag: 'prod',
        revision: '1-24-0',
        injector: 'istiod',
        address: 'istio-system/istiod-1-24-0',
        isInstalled: true,
        namespaces: ['shop'],
        configuration: 'istio-revision-tag-prod',
      },
    ])
  })
})

describe('tag remove', () => {
  test('deletes the tag and names who uses it', () => {
    expect(planTagRemove(cluster(old, canary, prod), 'prod')).toEqual({
      problems: [],
      steps: [
        { action: 'delete', name: 'istio-revision-tag-prod', text: 'delete the tag prod (istio-revision-tag-prod)' },
      ],
      namespaces: [{ namespace: 'shop', before: [by('1-24-0')], after: [] }],
      overlaps: [],
      notes: ['pods that use the tag by their own label istio.io/rev=prod are not checked'],
    })
  })

  test('says that the default revision stays off', () => {
    const off = revisionConfiguration({ ...at(''), deactivated: true })
    const plan = planTagRemove(cluster(off, canary, tagConfiguration({ ...at('1-25-0'), tag: 'default' })), 'default')
    expect(plan.namespaces.map((change) => change.namespace)).toEqual(['both', 'enabled'])
    expect(plan.notes).toContainEqual(expect.stringMatching('^istio-sidecar-injector stays switched off'))
  })

  test('never touches what is no tag', () => {
    expect(planTagRemove(cluster(old, canary, prod), '1-24-0').steps).toEqual([])
    expect(planTagRemove(cluster(old, prod), 'prd').problems).toEqual(['unknown tag "prd": did you mean prod?'])
  })
})
