import { connect } from 'node:net'
import type { ApiServer } from './api-server.ts'
import { acceptSocket } from './web-socket.ts'

/** An exec request. */
export interface ExecAsked {
  readonly namespace: string
  readonly pod: string
  readonly container: string
  readonly command: readonly string[]
}

/** The output of a command; a string is that of a successful one. `undefined` never responds. */
export type ExecAnswer = string | { readonly stdout?: string; readonly failure: string } | undefined

/** Lets an API server run commands in pods, and forward ports of pods to ports of 127.0.0.1. Returns the counts of open streams. */
export function servePods(
  server: ApiServer,
  {
    exec = () => ({ failure: 'no such container' }),
    port = () => undefined,
    together = 1,
  }: {
    readonly exec?: (asked: ExecAsked) => ExecAnswer
    readonly port?: (pod: string, port: number) => number | undefined
    /** No command ends before so many have run at the same time. */
    readonly together?: number
  },
): { readonly open: () => number; readonly most: () => number } {
  let open = 0
  let most = 0
  const waiting: (() => void)[] = []
  server.upgrade = (request, socket) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://any')
    const [, namespace = '', pod = '', resource] =
      /^\/api\/v1\/namespaces\/([^/]+)\/pods\/([^/]+)\/(exec|portforward)$/.exec(pathname) ?? []
    open++
    most = Math.max(most, open)
    let isCounted = true
    const closed = () => {
      if (isCounted) open--
      isCounted = false
    }
    socket.on('close', closed)
    if (resource === 'exec') {
      const container = searchParams.get('container') ?? ''
      const answer = exec({ namespace, pod, container, command: searchParams.getAll('command') })
      const streams = acceptSocket(request, socket)
      if (answer === undefined) return
      const { stdout, failure } = typeof answer === 'string' ? { stdout: answer, failure: undefined } : answer
      if (stdout !== undefined) streams.send(1, stdout)
      const status = failure === undefined ? { status: 'Success' } : { status: 'Failure', message: failure }
      const end = () => {
        // With this status the client knows that the command is done; the connection may close later.
        closed()
        streams.send(3, JSON.stringify(status))
        streams.close()
      }
      waiting.push(end)
      // Like a busy API server, not all at once.
      if (most >= together) for (const one of waiting.splice(0)) setTimeout(one, 5)
      return
    }
    const number = Number(searchParams.get('ports'))
    const local = port(`${namespace}/${pod}`, number)
    const head = Buffer.of(number & 0xff, number >> 8)
    const upstream = local === undefined ? undefined : connect(local, '127.0.0.1')
    const streams = acceptSocket(request, socket, (_, data) => upstream?.write(data))
    for (const stream of [0, 1]) streams.send(stream, head)
    if (upstream === undefined) streams.send(1, `nothing listens on ${number}`)
    upstream?.on('error', () => socket.destroy())
    upstream?.on('data', (data) => streams.send(0, data))
    upstream?.on('close', () => streams.close())
    socket.on('close', () => upstream?.destroy())
  }
  return { open: () => open, most: () => most }
}
