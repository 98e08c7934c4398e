import type { Kind } from '../../cluster/kinds.ts'
import type { JsonObject } from '../../lang/json.ts'
import type { Connection } from './connection.ts'

/**
 * The objects of a cluster, or of manifests that stand for one. Every call rejects with a CliError, a sentence for the
 * user, when the cluster can't be asked.
 */
export interface ObjectSource {
  /** What it is, for sentences: `the cluster at https://10.0.0.1`, `the manifests of shop.yaml`. */
  readonly description: string
  /**
   * The API server itself, for what only it can do; undefined for manifests. The calls of its client reject with
   * KubeErrors, of which `cliErrorOf` makes sentences.
   */
  readonly connection: Connection | undefined
  /** The namespace of what names none: that of the current context, or `default`. */
  readonly namespace: string
  /** All objects of a kind, of all namespaces or of one, with a `kind` or without; none where the kind is unknown. */
  list(kind: Kind, options?: ObjectOptions): Promise<readonly JsonObject[]>
  /** Undefined where there is no such object. Without a namespace: that of what names none. */
  get(kind: Kind, name: string, namespace?: string): Promise<JsonObject | undefined>
}

export interface ObjectOptions {
  readonly namespace?: string | undefined
  /** As an API server takes it: `app=web,tier!=cache`. */
  readonly labelSelector?: string | undefined
}
