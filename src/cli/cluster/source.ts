import type { Kind } from '../../cluster/kinds.ts'
import type { JsonObject } from '../../lang/json.ts'
import type { Connection } from './connection.ts'

/**
 * The objects of a cluster, or of manifests used in its place. Every call rejects with a CliError if the cluster can't
 * be read.
 */
export interface ObjectSource {
  /** For messages: `the cluster at https://10.0.0.1`, `the manifests of shop.yaml`. */
  readonly description: string
  /**
   * The API server, for what only it can do; undefined for manifests. Its client rejects with KubeErrors, which
   * `cliErrorOf` turns into messages.
   */
  readonly connection: Connection | undefined
  /** The namespace to use when none is given: that of the current context, or `default`. */
  readonly namespace: string
  /** All objects of a kind, in all namespaces or one, with or without a `kind`; empty if the cluster doesn't have the kind. */
  list(kind: Kind, options?: ObjectOptions): Promise<readonly JsonObject[]>
  /** Undefined if the object doesn't exist. The default namespace is `namespace` above. */
  get(kind: Kind, name: string, namespace?: string): Promise<JsonObject | undefined>
}

export interface ObjectOptions {
  readonly namespace?: string | undefined
  /** In the syntax of the API server: `app=web,tier!=cache`. */
  readonly labelSelector?: string | undefined
}
