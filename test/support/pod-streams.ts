import { connect } from 'node:net'
import type { ApiServer } from './api-server.ts'
import { acceptSocket } from './web-socket.ts'

/** What exec asks for. */
export interface ExecAsked {
  readonly namespace: string
  readonly pod: string
  readonly container: string
  readonly command: readonly string[]
}

/** What a command prints; a text is that of a command that ended well. `undefined` says nothing, ever. */
export type ExecAnswer = string | { readonly stdout?: string; readonly failure: string } | undefined

/** Lets an API server run commands in pods, and forward ports of pods to ports of 127.0.0.1. Gives what is open. */
export function servePods(
  server: ApiServer,
  {
    exec = () => ({ failure: 'no such container' }),
    port = () => undefined,
  }: {
    readonly exec?: (asked: ExecAsked) => ExecAnswer
    readonly port?: (pod: string, port: number) => number | undefined
  },
): { readonly open: () => number; readonly most: () => number } {
  let open = 0
  let most = 0
  server.upgrade = (request, socket) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://any')
    const [, namespace = '', pod = '', resource] =
      /^\/api\/v1\/namespaces\/([^/]+)\/pods\/([^/]+)\/(exec|portforward)$/.exec(pathname) ?? []
    open++
    most = Math.max(most, open)
    let isCounted = true
    const ended = () => {
      if (isCounted) open--
      isCounted = false
    }
    socket.on('close', ended)
    if (resource === 'exec') {
      const container = searchParams.get('container') ?? ''
      const answer = exec({ namespace, pod, container, command: searchParams.getAll('command') })
      const streams = acceptSocket(request, socket)
      if (answer === undefined) return
      const { stdout, failure } = typeof answer === 'string' ? { stdout: answer, failure: undefined } : answer
      if (stdout !== undefined) streams.send(1, stdout)
      const status = failure === undefined ? { status: 'Success' } : { status: 'Failure', message: failure }
      // As a busy API server: not all in one go.
      setTimeout(() => {
        // Whoever asked knows with this that it is over; when the connection is seen to close is another matter.
        ended()
        streams.send(3, JSON.stringify(status))
        streams.close()
      }, 5)
      return
    }
    const number = Number(searchParams.get('ports'))
    const local = port(`${namespace}/${pod}`, number)
    const head = Buffer.of(number & 0xff, number >> 8)
    const behind = local === undefined ? undefined : connect(local, '127.0.0.1')
    const streams = acceptSocket(request, socket, (_, data) => behind?.write(data))
    for (const stream of [0, 1]) streams.send(stream, head)
    if (behind === undefined) streams.send(1, `nothing listens on ${number}`)
    behind?.on('error', () => socket.destroy())
    behind?.on('data', (data) => streams.send(0, data))
    behind?.on('close', () => streams.close())
    socket.on('close', () => behind?.destroy())
  }
  return { open: () => open, most: () => most }
}
