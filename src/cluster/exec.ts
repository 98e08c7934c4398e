import { isObject, type Json, lookup, lookupString } from '../lang/json.ts'
import { bytesText } from '../lang/text/bytes.ts'
import { KubeError } from './client.ts'
import type { ConnectOptions } from './connect.ts'
import { connectStreams } from './pod-streams.ts'

export interface ExecTarget {
  readonly namespace: string
  readonly pod: string
  readonly container: string
}

/** The output and result of a command. */
export interface ExecResult {
  readonly stdout: string
  readonly stderr: string
  /** Undefined on success; else the error as reported by the cluster. */
  readonly failure: string | undefined
}

/** Runs a command in a container of a pod: the program and its arguments; there is no shell in between. */
export type Exec = (target: ExecTarget, command: readonly string[], timeoutMs: number) => Promise<ExecResult>

// https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.33/#-strong-misc-operations-pod-v1-core-strong-
const streams = { stdout: 1, stderr: 2, status: 3 } as const
const maxPrinted = 32 * 2 ** 20

/**
 * Runs commands in the pods of the cluster that the options name. Rejects with a KubeError if the API server returns an error or
 * takes longer than `timeoutMs`, or if the output is too large. Requires `get` and `create` on `pods/exec`.
 */
export function connectExec(options: ConnectOptions): Exec {
  const openStreams = connectStreams(options)
  return async ({ namespace, pod, container }, command, timeoutMs) => {
    const action = `run ${command[0]} in pod ${namespace}/${pod}`
    const query = new URLSearchParams([
      ['stdout', 'true'],
      ['stderr', 'true'],
      ['container', container],
      ...command.map((word): [string, string] => ['command', word]),
    ])
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/exec?${query}`
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []
    let bytes = 0
    let end: (outcome: ExecResult | KubeError) => void = () => {}
    const ended = new Promise<ExecResult | KubeError>((resolve) => {
      end = resolve
    })
    const onData = (stream: number, data: Buffer) => {
      bytes += data.length
      if (bytes > maxPrinted)
        end(new KubeError(`cannot ${action}: it printed more than ${bytesText(maxPrinted)}`, 0, 'TooLarge'))
      else if (stream === streams.stdout) stdout.push(data)
      else if (stream === streams.stderr) stderr.push(data)
      else if (stream === streams.status) end(resultOf(stdout, stderr, data))
    }
    const late = new KubeError(`cannot ${action}: it took longer than ${timeoutMs / 1000} s`, 0, 'Timeout')
    const timer = setTimeout(() => end(late), timeoutMs)
    try {
      const socket = await openStreams({ path, action, timeoutMs, onData })
      const broken = () => end(new KubeError(`cannot ${action}: the connection was closed`, 0))
      socket.on('close', broken)
      socket.on('error', broken)
      const outcome = await ended
      socket.terminate()
      if (outcome instanceof KubeError) throw outcome
      return outcome
    } finally {
      clearTimeout(timer)
    }
  }
}

function resultOf(stdout: readonly Buffer[], stderr: readonly Buffer[], status: Buffer): ExecResult {
  const said = parsed(status.toString())
  const failure =
    lookup(said, 'status') === 'Success' ? undefined : lookupString(said, 'message') || 'it failed without a message'
  return { stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString(), failure }
}

function parsed(text: string): Json {
  try {
    const value: Json = JSON.parse(text)
    return isObject(value) ? value : {}
  } catch {
    return {}
  }
}
