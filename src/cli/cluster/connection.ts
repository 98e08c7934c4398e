import { ConnectError, type KubeClient, KubeError } from '../../cluster/client.ts'
import type { ConnectOptions } from '../../cluster/connect.ts'
import { CliError } from '../exit.ts'
import { type Io, pathOf } from '../io.ts'
import { version } from '../version.ts'
import type { ConnectionFlags } from './flags.ts'

/** An API server, and what named it. */
export interface Connection {
  readonly client: KubeClient
  /** For sentences: `context staging of --kubeconfig a.yaml`. */
  readonly from: string
}

/** Connects by the usual rules; see `addConnection`. Nothing is sent yet. Throws CliError where nothing names a cluster. */
export async function openConnection(flags: ConnectionFlags, io: Io): Promise<Connection> {
  // Only here: what reaches clusters takes a while to load, and most commands need none.
  const { connect } = await import('../../cluster/connect.ts')
  try {
    const client = connect(connectOptionsOf(flags, io))
    return { client, from: connectionSource(flags, io.env) }
  } catch (error) {
    if (error instanceof ConnectError) throw new CliError(error.message)
    throw error
  }
}

/** What the flags say of how to connect. */
export function connectOptionsOf(flags: ConnectionFlags, io: Io): ConnectOptions {
  const kubeconfig = flags.kubeconfig === undefined ? undefined : pathOf(flags.kubeconfig, io)
  return { kubeconfig, context: flags.context, env: io.env, userAgent: `outrigger/${version}` }
}

/** What the user is told of a call that failed, to throw; all but a KubeError is a fault of the program and stays. */
export function cliErrorOf(error: unknown, connection: Connection): unknown {
  return error instanceof KubeError ? new CliError(kubeSentence(error, connection)) : error
}

/** Why a call failed, of which cluster, and what to do. */
export function kubeSentence({ message, status }: KubeError, { client, from }: Connection): string {
  const advice = advices[status]
  return `${message} (${client.server}, by ${from})${advice === undefined ? '' : `: ${advice}`}`
}

const advices: Readonly<Record<number, string>> = {
  0: 'check that the cluster runs, and that this is the right one',
  401: 'log in again, or choose another --context',
  403: 'ask for the right to do it, or choose another --context; `kubectl auth can-i --list` says what is allowed',
}

/** Where the usual rules find the cluster, with these flags and this environment. */
function connectionSource({ kubeconfig, context }: ConnectionFlags, env: Io['env']): string {
  const file = kubeconfig === undefined ? fromEnvironment(env) : `--kubeconfig ${kubeconfig}`
  return context === undefined ? file : `context ${context} of ${file}`
}

function fromEnvironment(env: Io['env']): string {
  const files = env['KUBECONFIG'] ?? ''
  return files === '' ? '~/.kube/config or the account of this pod' : `KUBECONFIG=${files}`
}
