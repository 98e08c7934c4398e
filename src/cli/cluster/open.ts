import { KubeError } from '../../cluster/client.ts'
import type { Io } from '../io.ts'
import { type Connection, cliErrorOf, openConnection } from './connection.ts'
import type { ClusterFlags } from './flags.ts'
import { manifestSource, readManifests } from './manifests.ts'
import type { ObjectSource } from './source.ts'

/**
 * The source of a command's objects: the manifests of `-f`, else the cluster. The Kubernetes client isn't loaded for
 * manifests, and nothing is sent yet. Throws CliError.
 */
export async function objectsOf(flags: ClusterFlags, io: Io): Promise<ObjectSource> {
  if (flags.filename !== undefined) {
    return manifestSource(await readManifests(flags.filename, flags.recursive === true, io), flags.filename)
  }
  return clusterSource(await openConnection(flags, io))
}

/** The objects of a cluster; errors are CliErrors. */
export function clusterSource(connection: Connection): ObjectSource {
  const { client } = connection
  const fail = (error: unknown): never => {
    throw cliErrorOf(error, connection)
  }
  return {
    description: `the cluster ${client.server}`,
    connection,
    namespace: client.namespace,
    list: async (kind, options) => {
      try {
        return await client.list(kind, options)
      } catch (error) {
        // Istio's CRDs may not be installed.
        return error instanceof KubeError && error.status === 404 ? [] : fail(error)
      }
    },
    get: (kind, name, namespace) => client.get(kind, name, namespace).catch(fail),
  }
}
