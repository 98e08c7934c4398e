import type { ConnectionOptions } from 'node:tls'
import { kinds } from '../../../src/cluster/kinds.ts'
import { isObject, type JsonObject, lookup, lookupString } from '../../../src/lang/json.ts'
import { type Cluster, pathOf } from './cluster.ts'
import { decoded, issuerOf } from './tls.ts'
import { pause } from './wait.ts'
import { watchObjects } from './watch.ts'

/** Holds every version of every webhook that injects to one rule: its caBundle verifies the certificate of what it calls. */
export interface BundleWatch {
  /** Where that isn't so: CONFIGURATION/WEBHOOK, and why. */
  readonly faults: readonly string[]
  /** How many webhooks, in all versions of their configurations, were looked at. */
  seen(): number
  /** Waits for what is being looked at. */
  stop(): Promise<void>
}

/**
 * Only the first versions of a configuration may have no caBundle: a chart doesn't render it, the injector that was installed
 * writes it.
 */
export async function watchBundles(cluster: Cluster): Promise<BundleWatch> {
  const faults: string[] = []
  const filled = new Set<string>()
  const results = new Map<string, Promise<string>>()
  let seen = 0
  let stopped = false

  const check = async (configuration: string, webhook: JsonObject) => {
    const name = `${configuration}/${lookupString(webhook, 'name')}`
    const bundle = decoded(lookup(webhook, 'clientConfig', 'caBundle'))
    if (bundle === '') {
      if (filled.has(configuration)) faults.push(`${name}: empty`)
      return
    }
    filled.add(configuration)
    const service = lookup(webhook, 'clientConfig', 'service')
    const servername = `${lookupString(service, 'name')}.${lookupString(service, 'namespace')}.svc`
    const port = Number(lookup(service, 'port'))
    const key = JSON.stringify([servername, port, bundle])
    const known = results.get(key) ?? verify(port, { ca: bundle, servername })
    results.set(key, known)
    const fault = await known
    if (fault !== '') faults.push(`${name}: ${fault}`)
  }

  /** Says what is wrong, once somebody listens: a caBundle may be there before its injector is ready. */
  const verify = async (port: number, options: ConnectionOptions): Promise<string> => {
    const fault = await issuerOf(port, options).then(() => '', String)
    if (!/ECONN(RESET|REFUSED)/.test(fault) || stopped) return fault
    await pause(100)
    return verify(port, options)
  }

  const running = new Set<Promise<void>>()
  const watch = await watchObjects(cluster.access, pathOf(kinds.mutatingWebhookConfiguration), (object, key) => {
    if (object === undefined) filled.delete(key.slice(1))
    const webhooks = lookup(object, 'webhooks')
    for (const webhook of Array.isArray(webhooks) ? webhooks.filter(isObject) : []) {
      if (!lookupString(webhook, 'name').includes('.sidecar-injector.')) continue
      seen += 1
      const one = check(key.slice(1), webhook).finally(() => running.delete(one))
      running.add(one)
    }
  })
  return {
    faults,
    seen: () => seen,
    async stop() {
      watch.stop()
      stopped = true
      await Promise.all(running)
    },
  }
}
