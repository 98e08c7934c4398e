import { X509Certificate } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { kinds } from '../../src/cluster/kinds.ts'
import { isObject, type JsonObject, lookup, lookupString } from '../../src/lang/json.ts'
import { makeCa } from '../../src/webhook/certificates/make.ts'
import { itemsOf, pathOf } from './support/cluster.ts'
import { sharedCluster } from './support/cluster-of-run.ts'
import { type Installation, install } from './support/installation.ts'
import { namespaceMaker } from './support/namespaces.ts'
import { injectedRevision } from './support/pods.ts'
import { podWith } from './support/selectors.ts'
import { decoded, issuerOf } from './support/tls.ts'
import { waitFor } from './support/wait.ts'

/* What three replicas that start at once do by themselves while they serve: certificates, caBundle, configuration. */

const cluster = sharedCluster()
const makeNamespaces = namespaceMaker(cluster)
const namespace = 'istio-system'
const secretPath = pathOf(kinds.secret, namespace, 'outrigger-ca')
let installation: Installation

beforeAll(async () => {
  // The CA of an earlier installation outlives it.
  await cluster.remove(secretPath)
  installation = await install(cluster, {
    release: 'outrigger',
    namespace,
    values: { injector: { config: configWith('first') } },
    replicas: 3,
  })
  await makeNamespaces({ live: { 'istio.io/rev': 'outrigger' } })
})
afterAll(() => installation?.uninstall())

function created(): Promise<JsonObject> {
  return cluster.create(kinds.pod, podWith('web', 'live'), { dryRun: true })
}

describe('certificates', () => {
  const webhooksPath = pathOf(kinds.mutatingWebhookConfiguration, '', 'istio-revision-tag-outrigger')

  const storedCa = async () => decoded(lookup(await cluster.get(secretPath), 'data', 'ca.crt'))
  const bundles = async () => {
    const webhooks = lookup(await cluster.get(webhooksPath), 'webhooks')
    return Array.isArray(webhooks)
      ? webhooks.map((webhook) => decoded(lookup(webhook, 'clientConfig', 'caBundle')))
      : []
  }
  const isRight = async () => {
    const ca = await storedCa()
    const all = await bundles()
    return ca !== '' && all.length > 0 && all.every((bundle) => bundle === ca)
  }

  test('three replicas that start at once have one CA, and the webhooks trust it', async () => {
    await waitFor('the caBundle is the CA', isRight)
    const ca = await storedCa()
    const servername = `${installation.serviceName}.${namespace}.svc`
    for (const { port } of installation.replicas) {
      expect(await issuerOf(port, { ca, servername })).toBe(new X509Certificate(ca).subject)
    }
    expect(injectedRevision(await created())).toBe('default')
  })

  test('a caBundle that somebody changed is restored', async () => {
    const foreign = Buffer.from((await makeCa('somebody else', new Date(), 1)).certificate).toString('base64')
    const webhooks = lookup(await cluster.get(webhooksPath), 'webhooks')
    await cluster.patch(webhooksPath, {
      webhooks: (Array.isArray(webhooks) ? webhooks.filter(isObject) : []).map((webhook) => ({
        ...webhook,
        clientConfig: { ...(lookup(webhook, 'clientConfig') as JsonObject), caBundle: foreign },
      })),
    })
    // A CA that nobody knows may stay for a while, as another replica's may be on its way. What counts: calls succeed.
    await waitFor('the webhooks trust the CA again', async () => {
      const ca = await storedCa()
      return (await bundles()).every((bundle) => bundle.includes(ca.trim()))
    })
    await waitFor('pods are created again', () => created().then(injectedRevision, () => false))
  })

  test('a Secret that was deleted comes back, with the same CA', async () => {
    const before = await storedCa()
    await cluster.remove(secretPath)
    await waitFor('the Secret is there again', async () => (await storedCa()) !== '')
    expect(await storedCa()).toBe(before)
    expect(injectedRevision(await created())).toBe('default')
  })
})

describe('configuration', () => {
  const configMapPath = pathOf(kinds.configMap, namespace, 'outrigger')
  const write = (config: JsonObject) => cluster.patch(configMapPath, { data: { config: JSON.stringify(config) } })
  const mark = async () => lookupString(await created(), 'metadata', 'labels', 'mark')
  const marks = async () => {
    const found = []
    // Connections stay with a replica for a while: the servers are asked by their metrics instead.
    for (const replica of installation.replicas) found.push(...(await replica.metrics()).keys())
    return new Set(found.filter((key) => key.startsWith('outrigger_config_info')))
  }
  const events = async (reason: string) => {
    const { body } = await cluster.send('GET', pathOf(kinds.event, namespace))
    return itemsOf(body).filter(
      (event) => event['reason'] === reason && lookupString(event, 'involvedObject', 'name') === 'outrigger',
    )
  }

  test('serves everywhere within two seconds of its change', async () => {
    expect(await mark()).toBe('first')
    const before = await marks()
    expect(before.size).toBe(1)
    const began = performance.now()
    await write(configWith('second'))
    await waitFor('all replicas serve the change', async () => {
      const now = await marks()
      return now.size === 1 && ![...now].some((key) => before.has(key))
    })
    expect(performance.now() - began).toBeLessThan(2000)
    expect(await mark()).toBe('second')
  })

  test('that is broken changes nothing but what people see', async () => {
    await write({ ...configWith('third'), templates: { mark: '{{ if }}' } })
    const [event] = await waitFor('an Event on the ConfigMap', async () => {
      const found = await events('ConfigurationRejected')
      return found.length > 0 && found
    })
    expect(event).toMatchObject({ type: 'Warning', involvedObject: { kind: 'ConfigMap' } })
    expect(lookupString(event, 'message')).toContain('templates.mark')
    expect(await mark()).toBe('second')
    for (const replica of installation.replicas) {
      await waitFor('it is counted', async () => {
        const metrics = await replica.metrics()
        return (metrics.get('outrigger_config_reloads_total{result="error"}') ?? 0) > 0
      })
      expect(await replica.isReady()).toBe(true)
    }

    await write(configWith('fourth'))
    await waitFor('the fixed one serves', async () => (await mark()) === 'fourth')
    await waitFor('an Event says so', async () => (await events('ConfigurationLoaded')).length > 0)
  })
})

function configWith(mark: string): JsonObject {
  return {
    defaultTemplates: ['sidecar', 'mark'],
    templates: { mark: `metadata:\n  labels:\n    mark: ${mark}\n` },
  }
}
