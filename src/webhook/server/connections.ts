import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { createArrivalClock } from './deadline.ts'
import { errorText, type HttpErrorCode, httpErrors } from './errors.ts'
import type { Limits } from './limits.ts'

/** One request and its response, from the request's headers until both are complete. */
export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** On the clock of `performance.now()`. */
  readonly arrivedAt: number
  /** Whether it was counted, as a response or an error. */
  counted: boolean
}

interface Connection {
  readonly socket: Socket
  readonly exchanges: Set<Exchange>
  /** The bytes that the client had sent when it was last between two requests. */
  bytesBefore: number
  /** When a request with incomplete headers was first seen. */
  headSince: number | undefined
  /** Whether it was cut and is closing. */
  cut: boolean
}

export interface Connections {
  readonly size: number
  add(socket: Socket): void
  open(request: IncomingMessage, response: ServerResponse): Exchange
  /** The current exchange of a socket. */
  current(socket: Socket): Exchange | undefined
  /** Whether the client sent a partial request that never became an exchange. */
  hasPartialRequest(socket: Socket): boolean
  /** Whether all responses were sent and received. */
  isQuiet(): boolean
  close(): void
}

/** Receives requests that were cut off. */
export type CutOff = (code: HttpErrorCode, socket: Socket, exchange: Exchange | undefined) => void

/**
 * Watches open connections and cuts those with a client that is too slow. Node's headersTimeout isn't sufficient: it also
 * applies to connections that were opened and not yet used, which Go clients keep for later.
 */
export function watchConnections(limits: Limits, cutOff: CutOff): Connections {
  const connections = new Map<Socket, Connection>()
  const arrival = createArrivalClock()

  const add = (socket: Socket): Connection => {
    const connection: Connection = {
      socket,
      exchanges: new Set(),
      bytesBefore: socket.bytesRead,
      headSince: undefined,
      cut: false,
    }
    connections.set(socket, connection)
    socket.once('close', () => connections.delete(socket))
    return connection
  }

  const open = (request: IncomingMessage, response: ServerResponse): Exchange => {
    const { socket } = request
    const connection = connections.get(socket) ?? add(socket)
    const exchange: Exchange = { request, response, arrivedAt: arrival(), counted: false }
    connection.exchanges.add(exchange)
    // After an early response the request may still be arriving; `sweep` waits for its end.
    response.once('close', () => request.complete && leave(connection, exchange))
    return exchange
  }

  const sweep = (now: number) => {
    for (const connection of connections.values()) {
      const { socket } = connection
      if (connection.cut) {
        socket.destroy()
        continue
      }
      for (const exchange of connection.exchanges) {
        const { request, response } = exchange
        if (request.complete && response.closed) leave(connection, exchange)
        else if (now - exchange.arrivedAt > limits.body) cut(connection, exchange, cutOff, limits)
      }
      if (connection.exchanges.size > 0 || socket.bytesRead === connection.bytesBefore) continue
      connection.headSince ??= now
      if (now - connection.headSince > limits.head) cut(connection, undefined, cutOff, limits)
    }
  }

  const timer = setInterval(() => sweep(performance.now()), Math.min(1000, limits.head / 4, limits.body / 4)).unref()

  return {
    get size() {
      return connections.size
    },
    add,
    open,
    current: (socket) => [...(connections.get(socket)?.exchanges ?? [])].at(-1),
    hasPartialRequest: (socket) => socket.bytesRead !== (connections.get(socket)?.bytesBefore ?? 0),
    isQuiet: () => [...connections.values()].every((connection) => connection.exchanges.size === 0),
    close: () => clearInterval(timer),
  }
}

function leave(connection: Connection, exchange: Exchange): void {
  connection.exchanges.delete(exchange)
  connection.bytesBefore = connection.socket.bytesRead
  connection.headSince = undefined
}

function cut(connection: Connection, exchange: Exchange | undefined, cutOff: CutOff, limits: Limits): void {
  const { socket } = connection
  connection.cut = true
  if (exchange === undefined || !exchange.counted) cutOff('too-slow', socket, exchange)
  if (exchange?.response.headersSent) socket.destroy()
  else endWith(socket, 'too-slow', limits)
}

/** Responds on a connection that has no response object (any more), and closes it. */
export function endWith(socket: Socket, code: HttpErrorCode, limits: Limits): void {
  const status = httpErrors[code].status
  if (status === undefined || !socket.writable) {
    socket.destroy()
    return
  }
  const text = errorText(code, limits)
  socket.end(
    `HTTP/1.1 ${status} ${statusWords[status] ?? 'Error'}\r\nContent-Type: text/plain; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`,
    () => socket.destroySoon(),
  )
}

const statusWords: { readonly [status: number]: string } = {
  400: 'Bad Request',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
}
