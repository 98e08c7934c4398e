import type { Cluster } from './cluster.ts'

/** How often the API server called webhooks since it started, by the names of the webhooks. */
export async function webhookCalls(cluster: Cluster): Promise<ReadonlyMap<string, number>> {
  const { body } = await cluster.send('GET', '/metrics')
  const calls = new Map<string, number>()
  for (const line of String(body).split('\n')) {
    const [, name, count] = /^apiserver_admission_webhook_request_total\{.*\bname="([^"]+)".*\} (\S+)$/.exec(line) ?? []
    if (name !== undefined) calls.set(name, (calls.get(name) ?? 0) + Number(count))
  }
  return calls
}

/** What was added, without what stayed the same. */
export function added(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): Record<string, number> {
  const grown = [...after].map(([name, count]) => [name, count - (before.get(name) ?? 0)] as const)
  return Object.fromEntries(grown.filter(([, count]) => count > 0))
}
