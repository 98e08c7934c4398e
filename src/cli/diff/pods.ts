import { KubeError } from '../../cluster/client.ts'
import { kinds } from '../../cluster/kinds.ts'
import type { JsonObject } from '../../lang/json.ts'
import { lookupString } from '../../lang/json.ts'
import { cliErrorOf } from '../cluster/connection.ts'
import type { ObjectSource } from '../cluster/source.ts'

const attempts = 3

/**
 * The pods of all namespaces or of one, as they come: of a cluster page by page, so that no more than a page of them need
 * be kept. A list that expired half-way is begun again, and what was seen is left out. Throws a CliError.
 */
export async function* eachPod(source: ObjectSource, namespace: string | undefined): AsyncGenerator<JsonObject> {
  const { connection } = source
  if (connection === undefined) {
    yield* await source.list(kinds.pod, { namespace })
    return
  }
  const seen = new Set<string>()
  for (let attempt = 1; ; attempt++) {
    try {
      for await (const { items } of connection.client.pages(kinds.pod, { namespace })) {
        for (const pod of items) {
          const uid = lookupString(pod, 'metadata', 'uid')
          if (uid !== '' && seen.has(uid)) continue
          seen.add(uid)
          yield pod
        }
      }
      return
    } catch (error) {
      if (attempt < attempts && error instanceof KubeError && error.status === 410) continue
      throw cliErrorOf(error, connection)
    }
  }
}
