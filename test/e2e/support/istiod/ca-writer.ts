import { kinds } from '../../../../src/cluster/kinds.ts'
import { isObject, type JsonObject, lookup, lookupString } from '../../../../src/lang/json.ts'
import { type Cluster, describe, pathOf } from '../cluster.ts'
import { pause } from '../wait.ts'
import { watchObjects } from '../watch.ts'

export interface CaWriter {
  /** What it has written so far: CONFIGURATION/WEBHOOK. */
  readonly written: readonly string[]
  stop(): void
}

/**
 * As istiod does: its own CA goes into each webhook whose name ends so, in each configuration with the label of its
 * revision, at once, at every change, for ever. What the webhook calls doesn't matter to it.
 */
export async function writeCa(cluster: Cluster, revision: string, ca: string): Promise<CaWriter> {
  const caBundle = Buffer.from(ca).toString('base64')
  const written: string[] = []
  const latest = new Map<string, JsonObject>()

  const write = async (object: JsonObject) => {
    const name = lookupString(object, 'metadata', 'name')
    const due = webhooksOf(object).filter(
      (webhook) =>
        lookupString(webhook, 'name').endsWith('sidecar-injector.istio.io') &&
        lookupString(webhook, 'clientConfig', 'caBundle') !== caBundle,
    )
    if (lookupString(object, 'metadata', 'labels', 'istio.io/rev') !== revision || due.length === 0) return
    const webhooks = due.map((webhook) => ({ name: lookupString(webhook, 'name'), clientConfig: { caBundle } }))
    const path = `${pathOf(kinds.mutatingWebhookConfiguration, '', name)}?fieldManager=pilot-discovery`
    const headers = { 'content-type': 'application/strategic-merge-patch+json' }
    const { status, body } = await cluster.send('PATCH', path, { webhooks }, headers)
    if (status === 200) written.push(...webhooks.map((webhook) => `${name}/${webhook.name}`))
    // 422: the webhook has gone meanwhile, and what is there now comes as a change of its own.
    else if (status !== 404 && status !== 422) throw new Error(describe(body))
  }

  const settle = async (key: string) => {
    for (let object = latest.get(key); object !== undefined; object = latest.get(key)) {
      const done = await write(object).then(
        () => true,
        () => false,
      )
      if (done) return
      await pause(100)
    }
  }

  const watch = await watchObjects(cluster.access, pathOf(kinds.mutatingWebhookConfiguration), (object, key) => {
    if (object === undefined) latest.delete(key)
    else latest.set(key, object)
    void settle(key)
  })
  return {
    written,
    stop() {
      watch.stop()
      latest.clear()
    },
  }
}

function webhooksOf(object: JsonObject): readonly JsonObject[] {
  const webhooks = lookup(object, 'webhooks')
  return Array.isArray(webhooks) ? webhooks.filter(isObject) : []
}
