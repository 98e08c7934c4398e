import { describe, expect, test } from 'vitest'
import { readConfigurations, readNamespaces } from '../../../src/istio/revisions/configuration.ts'
import {
  type ControlPlane,
  type OwnershipObjects,
  ownersOf,
  readControlPlanes,
  readDefaultRevision,
  readGateways,
} from '../../../src/istio/revisions/control-planes.ts'
import { findEarlierInstallations } from '../../../src/istio/revisions/earlier-layout.ts'
import { describeMixture, findMixtures, type MixtureObjects } from '../../../src/istio/revisions/mixtures.ts'
import { revisionConfiguration, tagConfiguration } from '../../../src/istio/revisions/webhooks.ts'
import { versionOfTag } from '../../../src/istio/version.ts'
import type { Json, StringMap } from '../../../src/lang/json.ts'
import { at, outriggerAt } from './sets.ts'

const plane = (revision: string): ControlPlane => ({
  revision,
  namespace: 'istio-system',
  name: revision === 'default' ? 'istiod' : `istiod-${revision}`,
  version: undefined,
})

const outrigger = tagConfiguration({ ...outriggerAt(''), tag: 'outrigger' })
const outriggerDefault = tagConfiguration({ ...outriggerAt(''), tag: 'default' })
const alone = tagConfiguration({ ...outriggerAt('outrigger'), tag: 'mine' })

function objectsWith(configurations: readonly Json[], more: Partial<MixtureObjects> = {}): MixtureObjects {
  return {
    controlPlanes: [plane('default')],
    configurations: readConfigurations(configurations),
    services: [],
    namespaces: [],
    gateways: [],
    injectorConfigMaps: [],
    defaultRevision: undefined,
    ...more,
  }
}

test('istiods are the Deployments whose pods say so, with their revision', () => {
  const deployment = (name: string, labels: StringMap, own: StringMap = {}) => ({
    metadata: { name, namespace: 'istio-system', labels: own },
    spec: { template: { metadata: { labels } } },
  })
  expect(
    readControlPlanes([
      deployment('istiod', { app: 'istiod', 'istio.io/rev': 'default' }),
      deployment('istiod-1-27', { app: 'istiod' }, { 'istio.io/rev': '1-27' }),
      deployment('bare', { app: 'istiod' }),
      deployment('istiod-like', { app: 'web' }),
    ]),
  ).toEqual([
    { revision: 'default', namespace: 'istio-system', name: 'istiod', version: undefined },
    { revision: '1-27', namespace: 'istio-system', name: 'istiod-1-27', version: undefined },
    { revision: 'default', namespace: 'istio-system', name: 'bare', version: undefined },
  ])
})

test('only Gateways of classes of Istio count', () => {
  const gateway = (gatewayClassName: string) => ({
    metadata: { name: gatewayClassName, namespace: 'shop' },
    spec: { gatewayClassName },
  })
  const names = ['istio', 'istio-waypoint', 'istio-remote', 'istiolike', 'nginx', ''].map(gateway)
  expect(readGateways(names).map(({ name }) => name)).toEqual(['istio', 'istio-waypoint', 'istio-remote'])
})

describe('whose an object is', () => {
  const owners = (labels: StringMap, namespaceLabels: StringMap, objects: OwnershipObjects) =>
    ownersOf(labels, { name: 'shop', labels: namespaceLabels }, objects).map(({ revision }) => revision)
  const both = { controlPlanes: [plane('default'), plane('1-27')] }
  const tags = [outrigger, tagConfiguration({ ...at('1-27'), tag: 'prod' })]

  test.each<[string, StringMap, StringMap, OwnershipObjects, readonly string[]]>([
    ['its own revision', { 'istio.io/rev': '1-27' }, { 'istio.io/rev': 'default' }, objectsWith(tags, both), ['1-27']],
    ["its namespace's revision", {}, { 'istio.io/rev': '1-27' }, objectsWith(tags, both), ['1-27']],
    ['a tag of istiod', {}, { 'istio.io/rev': 'prod' }, objectsWith(tags, both), ['1-27']],
    [
      "Outrigger's tag, under istiod's revision",
      {},
      { 'istio.io/rev': 'outrigger' },
      objectsWith(tags, both),
      ['default'],
    ],
    ["Outrigger's tag, under a revision of its own", {}, { 'istio.io/rev': 'mine' }, objectsWith([alone], both), []],
    ['no label: the default revision', {}, {}, objectsWith(tags, both), ['default']],
    ['no label: the one that validates', {}, {}, objectsWith(tags, { ...both, defaultRevision: '1-27' }), ['1-27']],
    [
      'no label, and the tag default of another revision',
      {},
      {},
      objectsWith([tagConfiguration({ ...at('1-27'), tag: 'default' })], both),
      ['1-27'],
    ],
    ['no label, and the tag default that calls Outrigger', {}, {}, objectsWith([outriggerDefault], both), ['default']],
    [
      'a tag of a Service in its namespace',
      {},
      { 'istio.io/rev': 'next' },
      objectsWith([], {
        services: [
          { namespace: 'istio-system', labels: { 'istio.io/rev': 'default', 'istio.io/tag': 'next' } },
          { namespace: 'elsewhere', labels: { 'istio.io/rev': 'default', 'istio.io/tag': 'no' } },
        ],
      }),
      ['default'],
    ],
  ])('%s', (_, labels, namespaceLabels, objects, expected) => {
    expect(owners(labels, namespaceLabels, objects)).toEqual(expected)
  })

  test('the validator names the default revision', () => {
    const metadata = { name: 'istiod-default-validator', labels: { 'istio.io/rev': '1-27' } }
    expect(readDefaultRevision([{ metadata: { name: 'other' } }, { metadata }])).toBe('1-27')
    expect(readDefaultRevision([])).toBeUndefined()
  })
})

describe('mixtures', () => {
  const sentences = (objects: MixtureObjects) => findMixtures(objects).map(describeMixture)
  const gateways = [{ namespace: 'shop', name: 'web', labels: {} }]
  const shop = (labels: StringMap) => readNamespaces([{ metadata: { name: 'shop', labels } }])

  test("as documented, beside istiod's own configuration", () => {
    const installed = [revisionConfiguration(at('')), outrigger, outriggerDefault]
    const namespaces = shop({ 'istio.io/rev': 'outrigger' })
    expect(sentences(objectsWith(installed, { namespaces, gateways }))).toEqual([])
  })

  test("another injector under istiod's webhook names and revision", () => {
    const earlier = revisionConfiguration({ ...outriggerAt(''), namespace: 'outrigger-system' })
    expect(sentences(objectsWith([revisionConfiguration(at('')), earlier]))[0]).toBe(
      'rev.namespace.sidecar-injector.istio.io of istio-sidecar-injector-outrigger-system calls outrigger-system/outrigger, ' +
        'but istiod of revision default writes its own CA into webhooks of its revision whose names end in sidecar-injector.istio.io',
    )
    // Under another revision, or switched off, or without istiod, nobody writes there.
    const elsewhere = objectsWith([earlier], { controlPlanes: [plane('1-27')] })
    expect(findMixtures(elsewhere).map(({ code }) => code)).toEqual(['foreign-revision'])
    expect(findMixtures(objectsWith([earlier], { controlPlanes: [] }))).toEqual([])
    const off = revisionConfiguration({ ...outriggerAt(''), namespace: 'outrigger-system', deactivated: true })
    expect(findMixtures(objectsWith([off]))).toEqual([])
  })

  test('Services of tags are istiod’s, in its own namespace', () => {
    const ofTag = { service: { name: 'istiod-revision-tag-prod', namespace: 'istio-system' } }
    expect(findMixtures(objectsWith([tagConfiguration({ ...at(''), tag: 'prod', clientConfig: ofTag })]))).toEqual([])
    const foreign = { service: { name: 'istiod', namespace: 'other' } }
    const found = findMixtures(objectsWith([tagConfiguration({ ...at(''), tag: 'prod', clientConfig: foreign })]))
    expect(found.map(({ code }) => code)).toEqual(['foreign-ca', 'foreign-ca'])
  })

  test('a tag under a revision that no istiod has, and the Gateways that it takes away', () => {
    const namespaces = shop({ 'istio.io/rev': 'mine' })
    expect(sentences(objectsWith([alone], { namespaces, gateways }))).toEqual([
      'istio-revision-tag-mine-outrigger-system (tag mine, revision outrigger) is labelled istio.io/rev=outrigger, and no istiod ' +
        'has this revision (known are default): Gateways of the namespaces that it selects belong to no istiod',
      'no istiod deploys the Gateway web of namespace shop: istio.io/rev="mine" is neither the revision nor a tag of an istiod (known are default)',
    ])
  })

  test('Gateways without a label while another revision has the tag default', () => {
    const taken = {
      ...outriggerDefault,
      metadata: {
        ...outriggerDefault.metadata,
        name: 'istio-revision-tag-default',
        labels: { ...outriggerDefault.metadata.labels, 'istio.io/rev': 'outrigger' },
      },
    }
    expect(sentences(objectsWith([taken], { namespaces: shop({}), gateways }))).toContain(
      'no istiod deploys the Gateway web of namespace shop: without a label istio.io/rev, and no istiod is the default one',
    )
  })

  test.each<[string, string, string, string | undefined]>([
    [
      'newer than istiod',
      '1.26.3',
      '{"global": {"tag": "1.27.1"}}',
      'injects proxies of 1.27.1, but istio-system/istiod has 1.26.3',
    ],
    [
      'two minor versions older',
      '1.28.0',
      'global:\n  tag: 1.26.1\n',
      'injects proxies of 1.26.1, but istio-system/istiod has 1.28.0',
    ],
    ['the previous minor version', '1.27.0', '{"global": {"tag": "1.26.1"}}', undefined],
    ['no version', '1.27.0', '{"global": {"tag": "latest"}}', undefined],
    ['unreadable', '1.27.0', '{', undefined],
  ])("values of istiod's ConfigMap with a tag that is %s", (_, istiod, values, sentence) => {
    const found = (name: string) =>
      sentences(
        objectsWith([], {
          controlPlanes: [{ ...plane('default'), version: versionOfTag(istiod) }],
          injectorConfigMaps: [{ metadata: { name, namespace: 'istio-system' }, data: { values } }],
        }),
      )
    expect(found('istio-sidecar-injector')).toEqual(sentence === undefined ? [] : [expect.stringContaining(sentence)])
    expect(found('istio-sidecar-injector-1-27')).toEqual([])
  })
})

describe('the earlier layout', () => {
  const labels = { 'app.kubernetes.io/name': 'outrigger' }
  const annotations = { 'meta.helm.sh/release-name': 'outrigger', 'meta.helm.sh/release-namespace': 'outrigger-system' }
  const ofChart = { labels, annotations }
  const call = (revision: string) => ({ ...outriggerAt(revision), injector: 'istiod' }) as const
  const found = (controlPlanes: readonly ControlPlane[], ...configurations: readonly Json[]) =>
    findEarlierInstallations(readConfigurations(configurations), controlPlanes)

  test('a revision of its own becomes the tag of the only istiod', () => {
    const earlier = revisionConfiguration({ ...call('outrigger'), ...ofChart })
    const moved = tagConfiguration({ ...call('outrigger'), tag: 'prod', labels })
    expect(found([plane('1-27')], revisionConfiguration(at('1-27')), earlier, moved, outrigger)).toEqual([
      {
        address: 'outrigger-system/outrigger',
        configurations: [
          'istio-revision-tag-prod-outrigger-system',
          'istio-sidecar-injector-outrigger-outrigger-system',
        ],
        release: { name: 'outrigger', namespace: 'outrigger-system' },
        revision: '1-27',
        tags: ['outrigger'],
        chartTags: [],
        externalTags: ['prod'],
        removedValues: [],
        failurePolicy: 'Fail',
      },
    ])
  })

  test('the default revision keeps what it injects, with the tag default', () => {
    const earlier = revisionConfiguration({ ...call(''), ...ofChart })
    const tag = tagConfiguration({ ...call(''), tag: 'next', ...ofChart })
    expect(found([], earlier, tag)).toMatchObject([
      { revision: '', tags: ['outrigger', 'default'], chartTags: ['next'], removedValues: ['revisionTags'] },
    ])
    const off = revisionConfiguration({ ...call(''), ...ofChart, deactivated: true })
    expect(found([plane('default')], off)).toMatchObject([
      { revision: '', tags: ['outrigger'], chartTags: [], removedValues: ['webhook.deactivated'] },
    ])
  })
})
