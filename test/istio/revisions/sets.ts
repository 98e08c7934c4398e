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

export interface ConfigurationSet {
  readonly name: string
  readonly configurations: readonly Json[]
  /** Which configuration takes the pods that ask for a revision or tag by name. */
  readonly takers: Readonly<Record<string, string>>
  /** Whether pods without any label are taken in namespaces without any label. */
  readonly byDefault: boolean
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

const names = {
  default: 'istio-sidecar-injector',
  '1-24-0': 'istio-sidecar-injector-1-24-0',
  '1-25-0': 'istio-sidecar-injector-1-25-0',
  prod: 'istio-revision-tag-prod',
  next: 'istio-revision-tag-next',
}
const { '1-24-0': nameOld, '1-25-0': nameCanary } = names

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
]
