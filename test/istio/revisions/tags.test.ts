import { describe, expect, test } from 'vitest'
import { readConfigurations } from '../../../src/istio/revisions/configuration.ts'
import { matchWebhooks } from '../../../src/istio/revisions/match.ts'
import { listTags } from '../../../src/istio/revisions/tag-list.ts'
import { planTagGenerate, planTagRemove, planTagSet, type TagPlan } from '../../../src/istio/revisions/tags.ts'
import { revisionConfiguration, tagConfiguration } from '../../../src/istio/revisions/webhooks.ts'
import type { Json, JsonObject, StringMap } from '../../../src/lang/json.ts'
import { at } from './sets.ts'

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
const cluster = (...configurations: readonly Json[]) => ({ configurations, namespaces })

/** The configurations after the first `count` steps, as server-side apply leaves them. */
function applied(
  configurations: readonly JsonObject[],
  plan: TagPlan,
  count = plan.steps.length,
): readonly JsonObject[] {
  return plan.steps.slice(0, count).reduce((current, step) => {
    const others = current.filter((object) => nameOf(object) !== step.name)
    if (step.action === 'delete') return others
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
    const plan = planTagSet(cluster(revision), { tag: 'prod', revision: '1-25-0' })
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
      namespaces: [{ namespace: 'shop', before: [], after: ['1-25-0'] }],
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
    const plan = planTagSet(cluster(revision), { tag: 'prod', revision: '1-25-0' })
    expect(plan.steps).toMatchObject([{ object: { webhooks: [{ clientConfig: url }, { clientConfig: url }] } }])
  })

  test('moves a tag in one step, when that is asked for', () => {
    const objects = cluster(old, canary, prod)
    expect(planTagSet(objects, { tag: 'prod', revision: '1-25-0' })).toMatchObject({
      problems: ['the tag prod exists and points to revision 1-24-0 (istio-revision-tag-prod): --overwrite moves it'],
      steps: [],
    })
    const plan = planTagSet(objects, { tag: 'prod', revision: '1-25-0', overwrite: true })
    expect(plan.problems).toEqual([])
    expect(plan.steps.map(({ action, name }) => [action, name])).toEqual([['apply', 'istio-revision-tag-prod']])
    expect(plan.namespaces).toEqual([{ namespace: 'shop', before: ['1-24-0'], after: ['1-25-0'] }])
  })

  test('a tag that has another name is deleted only when the new one is there', () => {
    const elsewhere = tagConfiguration({ ...at('1-24-0'), tag: 'prod', namespace: 'mesh' })
    const plan = planTagSet(cluster(old, canary, elsewhere), { tag: 'prod', revision: '1-25-0', overwrite: true })
    expect(plan.steps.map(({ action, name }) => [action, name])).toEqual([
      ['apply', 'istio-revision-tag-prod'],
      ['delete', 'istio-revision-tag-prod-mesh'],
    ])
    expect(plan.overlaps).toEqual([])
  })

  test('the name follows the control plane of the revision', () => {
    const names = (revision: JsonObject, request = {}) =>
      planTagSet(cluster(revision), { tag: 'prod', revision: '1-25-0', ...request }).steps.map(({ name }) => name)
    const inMesh = revisionConfiguration({ ...at('1-25-0'), namespace: 'mesh' })
    expect(names(inMesh)).toEqual(['istio-revision-tag-prod-mesh'])
    expect(names(inMesh, { namespace: 'istio-system' })).toEqual(['istio-revision-tag-prod'])
    const renamed = { ...inMesh, metadata: { ...inMesh.metadata, name: 'renamed' } }
    expect(names(renamed)).toEqual(['istio-revision-tag-prod'])
  })

  test('another tag that would have the same name is left alone', () => {
    const inMesh = revisionConfiguration({ ...at('1-25-0'), namespace: 'mesh' })
    const other = tagConfiguration({ ...at('1-24-0'), tag: 'prod-mesh' })
    const plan = planTagSet(cluster(inMesh, old, other), { tag: 'prod', revision: '1-25-0', overwrite: true })
    expect(plan.steps).toEqual([])
    expect(plan.problems).toEqual([
      'istio-revision-tag-prod-mesh exists and is not the tag prod: choose another name for the tag',
    ])
  })

  const eager = revisionConfiguration({ ...at(''), enableNamespacesByDefault: true })
  test('default takes over from the default revision, and no step on the way injects less', () => {
    const before = [eager, canary]
    const plan = planTagSet(cluster(...before), { tag: 'default', revision: '1-25-0' })
    expect(plan.problems).toEqual([])
    expect(plan.overlaps).toEqual([])
    expect(plan.steps.map(({ action, name }) => [action, name])).toEqual([
      ['apply', 'istio-revision-tag-default'],
      ['apply', 'istio-sidecar-injector'],
    ])
    expect(plan.namespaces).toEqual([
      { namespace: 'bare', before: ['default'], after: ['1-25-0'] },
      { namespace: 'both', before: ['default'], after: ['1-25-0'] },
      { namespace: 'enabled', before: ['default'], after: ['1-25-0'] },
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
      revision: '1-24-0',
      overwrite: true,
    })
    expect(again.steps.map(({ name }) => name)).toEqual(['istio-revision-tag-default'])
    expect(again.namespaces).toHaveLength(3)
    const asked = { tag: 'default', revision: '1-25-0', enableNamespacesByDefault: false }
    expect(planTagSet(cluster(...before), asked).namespaces).toContainEqual({
      namespace: 'bare',
      before: ['default'],
      after: [],
    })
  })

  test('default can point back to the default revision', () => {
    const before = applied([plain, canary], planTagSet(cluster(plain, canary), { tag: 'default', revision: '1-25-0' }))
    const plan = planTagSet(cluster(...before), { tag: 'default', revision: '', overwrite: true })
    expect(plan.steps.map(({ text }) => text)).toEqual(['point the tag default to revision default'])
    expect(plan.namespaces).toContainEqual({ namespace: 'enabled', before: ['1-25-0'], after: ['default'] })
  })

  test('an overlap with what is there is found', () => {
    const foreign = revisionConfiguration({ ...at('foreign'), namespace: 'other' })
    const greedy = { ...foreign, webhooks: foreign.webhooks.map((one) => ({ ...one, namespaceSelector: {} })) }
    const plan = planTagSet(cluster(canary, greedy), { tag: 'prod', revision: '1-25-0' })
    expect(plan.steps).toHaveLength(1)
    const ofTag = plan.overlaps.filter(({ first }) => first.configuration === 'istio-revision-tag-prod')
    expect(ofTag[0]).toMatchObject({ namespaceLabels: { 'istio.io/rev': 'prod' }, podLabels: {} })
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
      'prod is a tag (of revision 1-24-0), not a revision: a tag points to a revision',
    ],
    [
      'a revision twice',
      [canary, twice],
      'prod',
      '1-25-0',
      'revision 1-25-0 is not one but 2: istio-sidecar-injector-1-25-0, istio-sidecar-injector-1-25-0-mesh all have the label istio.io/rev=1-25-0',
    ],
    [
      'no injector',
      [bare],
      'prod',
      'bare',
      "revision bare can't be copied: bare has no webhook whose name ends in sidecar-injector.istio.io",
    ],
    [
      'no server',
      [nowhere],
      'prod',
      'bare',
      "revision bare can't be copied: sidecar-injector.istio.io of bare has neither clientConfig.url nor clientConfig.service",
    ],
    [
      'the name of a revision',
      [old, canary],
      '1-24-0',
      '1-25-0',
      "1-24-0 can't be a tag: a revision has this name (istio-sidecar-injector-1-24-0), and both would take the same pods",
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
    expect(planTagSet(cluster(...configurations), { tag, revision })).toEqual(refused)
    expect(planTagGenerate(cluster(...configurations), { tag, revision })).toEqual(refused)
  })
})

describe('tag generate', () => {
  test('gives what set would apply, whether or not the tag exists', () => {
    const request = { tag: 'prod', revision: '1-25-0' }
    const generated = planTagGenerate(cluster(old, canary, prod), request)
    expect(generated.steps).toEqual(planTagSet(cluster(old, canary, prod), { ...request, overwrite: true }).steps)
    expect(JSON.stringify(generated)).toBe(JSON.stringify(planTagGenerate(cluster(prod, canary, old), request)))
  })

  test('switches nothing off, and says what that means for default', () => {
    const plan = planTagGenerate(cluster(plain, canary), { tag: 'default', revision: '1-25-0' })
    expect(plan.steps).toHaveLength(1)
    expect(plan.overlaps).toHaveLength(4)
    expect(plan.notes).toEqual([
      'istio-sidecar-injector is active: with the tag default applied beside it, pods would be taken by both; ' +
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
        revisionExists: true,
        namespaces: ['both', 'enabled'],
        configuration: 'istio-revision-tag-default',
      },
      {
        tag: 'last',
        revision: '1-23-0',
        revisionExists: false,
        namespaces: [],
        configuration: 'istio-revision-tag-last',
      },
      {
        tag: 'prod',
        revision: '1-24-0',
        revisionExists: true,
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
      namespaces: [{ namespace: 'shop', before: ['1-24-0'], after: [] }],
      overlaps: [],
      notes: ['pods that ask for the tag by their own label istio.io/rev=prod are not looked at'],
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
