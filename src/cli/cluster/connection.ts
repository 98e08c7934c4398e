import { ConnectError, type KubeClient, KubeError } from '../../cluster/client.ts'
import type { ConnectOptions } from '../../cluster/connect.ts'
import { CliError } from '../exit.ts'
import { type Io, pathOf } from '../io.ts'
import { version } from '../version.ts'
import type { ConnectionFlags } from './flags.ts'

/** An API server, and where its address came from. */
export interface Connection {
  readonly client: KubeClient
  /** For messages: `context staging of --kubeconfig a.yaml`. */
  readonly from: string
}

/** Creates a client with kubectl's rules; see `addConnection`. Sends nothing yet. Throws CliError if no cluster is configured. */
export async function openConnection(flags: ConnectionFlags, io: Io): Promise<Connection> {
  // Imported here because most commands don't need it.
  const { connect } = await import('../../cluster/connect.ts')
  try {
    const client = connect(connectOptionsOf(flags, io))
    return { client, from: connectionSource(flags, io.env) }
  } catch (error) {
    if (error instanceof ConnectError) throw new CliError(error.message)
    throw error
  }
}

/** How to connect, according to the flags. */
export function connectOptionsOf(flags: ConnectionFlags, io: Io): ConnectOptions {
  const kubeconfig = flags.kubeconfig === undefined ? undefined : pathOf(flags.kubeconfig, io)
  return { kubeconfig, context: flags.context, env: io.env, userAgent: `outrigger/${version}` }
}

/** The CliError to throw for a KubeError; any other error is a bug and returned as it is. */
export function cliErrorOf(error: unknown, connection: Connection): unknown {
  return error instanceof KubeError ? new CliError(kubeSentence(error, connection)) : error
}

/** Why a call failed, on which cluster, and what to do. */
export function kubeSentence({ message, status }: KubeError, { client, from }: Connection): string {
  const advice = advices[status]
  return `${message} (${client.server}, from ${from})${advice === undefined ? '' : `: ${advice}`}`
}

const advices: Readonly<Record<number, string>> = {
  0: 'check that the cluster is running, and that this is the right one',
  401: 'log in again, or choose another --context',
  403: 'request the permission, or choose another --context; `kubectl auth can-i --list` lists what is allowed',
}

/** Where the address of the cluster comes from, with these flags and this environment. */
function connectionSource({ kubeconfig, context }: ConnectionFlags, env: Io['env']): string {
  const file = kubeconfig === undefined ? fromEnvironment(env) : `--kubeconfig ${kubeconfig}`
  return context === undefined ? file : `context ${context} of ${file}`
}

function fromEnvironment(env: Io['env']): string {
  const files = env['KUBECONFIG'] ?? ''
  return files === '' ? '~/.kube/config or the service account of this pod' : `KUBECONFIG=${files}`
}
