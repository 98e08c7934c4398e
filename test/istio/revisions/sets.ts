import { revisionConfiguration, tagConfiguration } from '../../../src/istio/revisions/webhooks.ts'
import type { Json } from '../../../src/lang/json.ts'

/* The configurations that clusters have, from one revision to a tag `default` that takes over. */

export function at(revision: string, path = '/inject') {
  return {
    revision,
    namespace: 'istio-system',
    clientConfig: {
      service: { name: `istiod${revision === '' ? '' : `-${revision}`}`, namespace: 'istio-system', path, port: 443 },
      caBundle: 'Q0E=',
    },
  }
}

/** The same for an Outrigger of istiod's revision. */
export function outriggerAt(revision: string, namespace = 'outrigger-system') {
  const service = { name: 'outrigger', namespace, path: '/inject', port: 443 }
  return { injector: 'outrigger', revision, namespace, clientConfig: { service, caBundle: 'T1VU' } } as const
}

export interface ConfigurationSet {
  readonly name: string
  readonly configurations: readonly Json[]
  /** Which configuration takes the pods that ask for a revision or tag by name. */
  readonly takers: Readonly<Record<string, string>>
  /** Whether pods without any label are taken in namespaces without any label. */
  readonly byDefault: boolean
  /** The configurations whose webhooks are Outrigger's; all others are istiod's. */
  readonly outriggers?: readonly string[]
}

const plain = revisionConfiguration(at(''))
const eager = revisionConfiguration({ ...at(''), enableNamespacesByDefault: true })
const off = revisionConfiguration({ ...at(''), enableNamespacesByDefault: true, deactivated: true })
const old = revisionConfiguration(at('1-24-0'))
const canary = revisionConfiguration(at('1-25-0'))
const prod = tagConfiguration({ ...at('1-24-0'), tag: 'prod' })
const next = tagConfiguration({ ...at('1-25-0'), tag: 'next' })
const tagDefault = tagConfiguration({ ...at('1-25-0'), tag: 'default' })
const eagerTagDefault = tagConfiguration({ ...at('1-25-0'), tag: 'default', enableNamespacesByDefault: true })

const outrigger = tagConfiguration({ ...outriggerAt(''), tag: 'outrigger' })
const outriggerProd = tagConfiguration({ ...outriggerAt(''), tag: 'prod', name: 'istio-revision-tag-prod' })
const outriggerDefault = tagConfiguration({ ...outriggerAt(''), tag: 'default' })
const eagerOutriggerDefault = tagConfiguration({ ...outriggerAt(''), tag: 'default', enableNamespacesByDefault: true })

const names = {
  default: 'istio-sidecar-injector',
  '1-24-0': 'istio-sidecar-injector-1-24-0',
  '1-25-0': 'istio-sidecar-injector-1-25-0',
  prod: 'istio-revision-tag-prod',
  next: 'istio-revision-tag-next',
}
const { '1-24-0': nameOld, '1-25-0': nameCanary } = names
const nameOutrigger = 'istio-revision-tag-outrigger-outrigger-system'
const nameOutriggerDefault = 'istio-revision-tag-default-outrigger-system'

export const sets: readonly ConfigurationSet[] = [
  { name: 'nothing', configurations: [], takers: {}, byDefault: false },
  { name: 'the default revision', configurations: [plain], takers: { default: names.default }, byDefault: false },
  {
    name: 'the default revision, by default',
    configurations: [eager],
    takers: { default: names.default },
    byDefault: true,
  },
  {
    name: 'the default revision and a canary',
    configurations: [plain, canary],
    takers: { default: names.default, '1-25-0': nameCanary },
    byDefault: false,
  },
  {
    name: 'two revisions and two tags',
    configurations: [old, canary, prod, next],
    takers: { '1-24-0': nameOld, '1-25-0': nameCanary, prod: names.prod, next: names.next },
    byDefault: false,
  },
  {
    name: 'all of them, by default',
    configurations: [eager, old, canary, prod, next],
    takers: names,
    byDefault: true,
  },
  {
    name: 'a tag `default` without a default revision',
    configurations: [canary, tagDefault],
    takers: { '1-25-0': nameCanary, default: 'istio-revision-tag-default' },
    byDefault: false,
  },
  {
    name: 'a tag `default` that took over, by default',
    configurations: [off, old, canary, prod, eagerTagDefault],
    takers: { '1-24-0': nameOld, '1-25-0': nameCanary, prod: names.prod, default: 'istio-revision-tag-default' },
    byDefault: true,
  },
  {
    name: "Outrigger beside istiod's active default revision",
    configurations: [eager, outrigger],
    takers: { default: names.default, outrigger: nameOutrigger },
    byDefault: true,
    outriggers: [nameOutrigger],
  },
  {
    name: "Outrigger beside istiod's revisions, with one of its tags",
    configurations: [plain, old, next, outrigger, outriggerProd],
    takers: {
      default: names.default,
      '1-24-0': nameOld,
      next: names.next,
      outrigger: nameOutrigger,
      prod: names.prod,
    },
    byDefault: false,
    outriggers: [nameOutrigger, names.prod],
  },
  {
    name: 'Outrigger with the tag `default`, where istiod has no webhooks (operatorManageWebhooks)',
    configurations: [outrigger, outriggerDefault],
    takers: { default: nameOutriggerDefault, outrigger: nameOutrigger },
    byDefault: false,
    outriggers: [nameOutrigger, nameOutriggerDefault],
  },
  {
    name: 'Outrigger with the tag `default`, which switched off the webhooks of istiod',
    configurations: [off, old, canary, next, outrigger, outriggerProd, eagerOutriggerDefault],
    takers: {
      '1-24-0': nameOld,
      '1-25-0': nameCanary,
      next: names.next,
      outrigger: nameOutrigger,
      prod: names.prod,
      default: nameOutriggerDefault,
    },
    byDefault: true,
    outriggers: [nameOutrigger, names.prod, nameOutriggerDefault],
  },
]
