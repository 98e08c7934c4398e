import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { type CaBundleReport, type CaBundleTimes, keepCaBundle } from '../../src/cluster/ca-bundle.ts'
import { connect } from '../../src/cluster/connect.ts'
import { kinds } from '../../src/cluster/kinds.ts'
import { type JsonObject, lookup, lookupString } from '../../src/lang/json.ts'
import { makeCa } from '../../src/webhook/certificates/make.ts'
import type { ApiServer } from '../support/api-server.ts'
import { waitFor } from '../support/wait.ts'
import {
  apiServer,
  bundles,
  configuration,
  find,
  holdsJust,
  namespace,
  quick,
  serviceName,
  silent,
  withBundle,
} from '../webhook/certificates/support.ts'

const own = 'istio-sidecar-injector'
const ca = (await makeCa('CA', new Date(), 1)).certificate
const foreign = (await makeCa('Foreign CA', new Date(), 1)).certificate

let api: ApiServer
let reports: CaBundleReport[]
beforeEach(async () => {
  api = await apiServer()
  reports = []
})

function keep(certificates: readonly string[] = [ca], times: Partial<CaBundleTimes> = {}) {
  const keeper = keepCaBundle({
    client: connect({ kubeconfig: api.kubeconfig, env: {} }),
    revision: '',
    service: { name: serviceName, namespace },
    refresh: async () => certificates,
    report: (report) => reports.push(report),
    health: () => silent,
    times: { ...quick, ...times },
  })
  onTestFinished(() => keeper.close())
  keeper.want(certificates)
  return keeper
}

const patches = () => api.requests.filter(({ method }) => method === 'PATCH')
const results = (result: CaBundleReport['result']) => reports.filter((report) => report.result === result)

/** Waits until the keeper has seen whatever was changed before, and what it asked for then was answered. */
async function caughtUp(): Promise<void> {
  const last = 'istio-revision-tag-last'
  api.put(withBundle(configuration(last, { 'istio.io/tag': 'last' }), ca), 'tag')
  await waitFor(() => results('current').some((report) => report.configuration === last))
  await fetch(api.url)
  api.remove(kinds.mutatingWebhookConfiguration, last)
}

test('just the caBundle is applied, once, to every webhook of the own Service', async () => {
  api.put(configuration(own), 'helm')
  const before = find(api, own)
  keep()
  await waitFor(() => holdsJust(api, own, ca))
  await waitFor(() => results('current').length > 0)
  await caughtUp()
  expect(patches()).toHaveLength(1)
  expect(patches()[0]?.path).toMatch(/\/mutatingwebhookconfigurations\/istio-sidecar-injector\?fieldManager=outrigger$/)
  const caBundle = Buffer.from(ca).toString('base64')
  expect(patches()[0]?.body).toEqual({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: {
      name: own,
      uid: lookupString(before, 'metadata', 'uid'),
      resourceVersion: lookupString(before, 'metadata', 'resourceVersion'),
    },
    webhooks: [
      { name: 'rev.namespace.sidecar-injector.istio.io', clientConfig: { caBundle } },
      { name: 'rev.object.sidecar-injector.istio.io', clientConfig: { caBundle } },
    ],
  })
})

test('whose Service, revision or URL is another is not touched', async () => {
  const byUrl = configuration('by-url')
  const webhooks = lookup(byUrl, 'webhooks') as readonly JsonObject[]
  const clientConfig = { url: 'https://outrigger.example.org/inject' }
  api.put({ ...byUrl, webhooks: webhooks.map((webhook) => ({ ...webhook, clientConfig })) })
  api.put(configuration('istiod', {}, 'istiod'))
  api.put(configuration('canary', { 'istio.io/rev': 'canary' }))
  const mixed = configuration(own)
  const [mine, theirs] = [webhooksOf(mixed), webhooksOf(configuration('x', {}, 'istiod'))]
  const [first] = mine
  const other = { ...theirs[0], name: 'other.example.org' }
  api.put({ ...mixed, webhooks: first === undefined ? [] : [first, other] })
  const versions = () => ['by-url', 'istiod', 'canary'].map((name) => find(api, name)?.['metadata'])
  const before = versions()
  keep()
  await waitFor(() => bundles(api, own)[0] !== '')
  await caughtUp()
  expect(bundles(api, own)).toEqual([ca, ''])
  expect(versions()).toEqual(before)
})

test('a caBundle that was tampered with is restored at once; certificates are compared by content, not as text', async () => {
  api.put(withBundle(configuration(own), `# a comment\n${ca.replace(/\n$/, '')}\n\n`), 'helm')
  const keeper = keep()
  await waitFor(() => keeper.holds(ca))
  expect(patches()).toHaveLength(0)
  api.put(withBundle(configuration(own), 'nothing'), 'kubectl-edit')
  await waitFor(() => holdsJust(api, own, ca))
  expect(results('conflict')).toMatchObject([{ configuration: own, managers: ['kubectl-edit'] }])
  expect(results('conflict')[0]?.reason).toContain('conflict with "kubectl-edit"')
  // The server holds it a moment before the answer is there.
  await waitFor(() => results('patched').length > 0)
  expect(results('patched')).toHaveLength(1)
})

test('an unknown CA stays for a while: a replica may be about to make it known', async () => {
  api.put(withBundle(configuration(own), foreign), 'helm')
  const began = performance.now()
  keep([ca], { removeAfter: 600 })
  await waitFor(() => holdsJust(api, own, ca, foreign))
  await waitFor(() => holdsJust(api, own, ca))
  expect(performance.now() - began).toBeGreaterThanOrEqual(600)
})

test('a tag that comes is served, one that is deleted is not made again', async () => {
  const keeper = keep()
  await waitFor(() => keeper.holds(ca))
  api.put(configuration('istio-revision-tag-prod', { 'istio.io/tag': 'prod' }), 'tag')
  await waitFor(() => holdsJust(api, 'istio-revision-tag-prod', ca))
  api.put(configuration('istio-revision-tag-dev', { 'istio.io/tag': 'dev' }), 'tag')
  // Gone between the look and the write.
  api.remove(kinds.mutatingWebhookConfiguration, 'istio-revision-tag-dev')
  api.remove(kinds.mutatingWebhookConfiguration, 'istio-revision-tag-prod')
  await caughtUp()
  expect(api.objects(kinds.mutatingWebhookConfiguration)).toEqual([])
  expect(keeper.holds(ca)).toBe(true)
  api.put(configuration('istio-revision-tag-prod', { 'istio.io/tag': 'prod' }), 'tag')
  expect(await waitFor(() => holdsJust(api, 'istio-revision-tag-prod', ca))).toBe(true)
})

test('a webhook that is removed while the caBundle is written does not come back', async () => {
  api.put(configuration(own), 'helm')
  const one = { ...configuration(own), webhooks: webhooksOf(configuration(own)).slice(0, 1) }
  let asked = 0
  const keeper = keepCaBundle({
    client: connect({ kubeconfig: api.kubeconfig, env: {} }),
    revision: '',
    service: { name: serviceName, namespace },
    refresh: async () => {
      if (asked++ === 0) api.put(one, 'helm')
      return [ca]
    },
    report: (report) => reports.push(report),
    health: () => silent,
    times: quick,
  })
  onTestFinished(() => keeper.close())
  keeper.want([ca])
  await waitFor(() => holdsJust(api, own, ca))
  expect(bundles(api, own)).toHaveLength(1)
  expect(results('failed')).toEqual([])
})

test('two that set different caBundles do not make a hot loop', async () => {
  api.put(configuration(own), 'helm')
  keep([ca], { firstPause: 100, longestPause: 5000, calmAfter: 60_000 })
  await waitFor(() => holdsJust(api, own, ca))
  const began = performance.now()
  await waitFor(() => {
    if (bundles(api, own)[0] !== foreign) api.put(withBundle(configuration(own), foreign), 'cainjector')
    return results('patched').length >= 6
  })
  // The pauses before them are 0, 0, 0, 100, 200 and 400 ms.
  expect(performance.now() - began).toBeGreaterThanOrEqual(700)
  expect(results('conflict').every(({ managers }) => managers.join() === 'cainjector')).toBe(true)
})

test('a write that is not allowed is told, tried again seldom, and does not keep others from theirs', async () => {
  api.put(configuration('istio-revision-tag-prod', { 'istio.io/tag': 'prod' }), 'tag')
  api.put(configuration(own), 'helm')
  for (let time = 0; time < 100; time++) {
    api.faults.next.push({ status: 403, path: /istio-revision-tag-prod\?fieldManager/ })
  }
  const keeper = keep()
  await waitFor(() => holdsJust(api, own, ca))
  await waitFor(() => results('forbidden').length > 1)
  expect(results('forbidden')[0]).toMatchObject({ configuration: 'istio-revision-tag-prod', managers: [] })
  expect(keeper.holds(ca)).toBe(false)
  // A server that can't be helped by waiting is ready.
  expect(keeper.whyNotTrusted(ca)).toBe(undefined)
  api.faults.next.splice(0)
  await waitFor(() => holdsJust(api, 'istio-revision-tag-prod', ca))
  await waitFor(() => keeper.holds(ca) === true)
})

test('without the right to list, nobody knows', async () => {
  for (let time = 0; time < 100; time++) api.faults.next.push({ status: 403, path: /mutatingwebhookconfigurations/ })
  const keeper = keep()
  await waitFor(() => results('forbidden').length > 0)
  expect(results('forbidden')[0]).toMatchObject({ configuration: '' })
  expect(keeper.holds(ca)).toBe(undefined)
  expect(keeper.whyNotTrusted(ca)).toBe(undefined)
})

function webhooksOf(object: JsonObject): readonly JsonObject[] {
  return lookup(object, 'webhooks') as readonly JsonObject[]
}
