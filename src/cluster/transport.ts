import http, { type IncomingMessage, type OutgoingHttpHeaders } from 'node:http'
import https from 'node:https'
import { bytesText } from '../lang/text/bytes.ts'
import { KubeError } from './client.ts'
import type { Credentials } from './credentials.ts'
import { connectionFailure } from './reason.ts'

/** An API server and its credentials. */
export interface Access {
  /** Its URL, possibly with a path. */
  readonly server: string
  /** Called for each request: tokens expire, files are replaced. Rejects with an Error. With the agent to connect with. */
  credentials(): Promise<Credentials>
  readonly userAgent: string
}

export interface Exchange {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** With its query. */
  readonly path: string
  readonly body?: string
  readonly contentType?: string
  /** The timeout until the response begins. */
  readonly beginsWithinMs: number
  /** The timeout from the beginning of the response to its end. */
  readonly endsWithinMs: number
  readonly signal?: AbortSignal | undefined
}

/**
 * Sends a request and reads its response. Rejects with the KubeError that `read` throws, or with one of status 0 if the
 * server is unreachable or too slow, the connection breaks, or the signal aborts.
 */
export async function exchange<T>(
  access: Access,
  request: Exchange,
  read: (answer: IncomingMessage) => Promise<T>,
): Promise<T> {
  const first = await currentCredentials(access)
  try {
    return await attempt(access, first, request, read)
  } catch (error) {
    if (!isWorthAnother(error, first, request)) throw readable(access, error)
  }
  const second = await currentCredentials(access)
  return attempt(access, second, request, read).catch((error: unknown) => {
    throw readable(access, error)
  })
}

class StaleConnection extends Error {}

/** Whether the same request may succeed now. */
function isWorthAnother(error: unknown, { discard }: Credentials, request: Exchange): boolean {
  // The server may close a keep-alive connection just when it is reused.
  if (error instanceof StaleConnection) return request.method === 'GET'
  if (discard === undefined || !(error instanceof KubeError) || error.status !== 401) return false
  discard()
  return true
}

/** Throws a KubeError. */
export async function currentCredentials(access: Access): Promise<Credentials> {
  try {
    return await access.credentials()
  } catch (error) {
    const reason = error instanceof Error ? error.message.trim() : String(error)
    throw new KubeError(`no credentials for ${access.server}: ${reason}`, 0)
  }
}

async function attempt<T>(
  access: Access,
  { options }: Credentials,
  request: Exchange,
  read: (answer: IncomingMessage) => Promise<T>,
): Promise<T> {
  if (request.signal?.aborted) throw aborted()
  const url = new URL(access.server.replace(/\/$/, '') + request.path)
  const { request: send } = url.protocol === 'http:' ? http : https
  const headers = { ...options.headers, ...headersOf(access, request) }
  const outgoing = send(url, { ...options, method: request.method, headers })
  // Detects within a minute that the other side is gone.
  outgoing.once('socket', (socket) => socket.setKeepAlive(true, 30_000))
  let reason: KubeError | undefined
  let giveUp: (error: KubeError) => void = () => {}
  const givenUp = new Promise<never>((_, reject) => {
    giveUp = reject
  })
  const stop = (error: KubeError) => {
    reason ??= error
    outgoing.destroy(error)
    // A request that still waits for a proxy has no connection to destroy, and reports nothing.
    giveUp(error)
  }
  const onAbort = () => stop(aborted())
  let timer = setTimeout(stop, request.beginsWithinMs, late(access, request.beginsWithinMs)).unref()
  request.signal?.addEventListener('abort', onAbort, { once: true })
  try {
    const answer = await Promise.race([answerTo(outgoing, request.body), givenUp])
    clearTimeout(timer)
    timer = setTimeout(stop, request.endsWithinMs, late(access, request.endsWithinMs)).unref()
    return await read(answer)
  } catch (error) {
    outgoing.destroy()
    throw reason ?? error
  } finally {
    clearTimeout(timer)
    request.signal?.removeEventListener('abort', onAbort)
  }
}

function headersOf(access: Access, request: Exchange): OutgoingHttpHeaders {
  const common = { 'user-agent': access.userAgent, accept: 'application/json' }
  if (request.body === undefined) return common
  const length = Buffer.byteLength(request.body)
  return { ...common, 'content-type': request.contentType ?? 'application/json', 'content-length': length }
}

function answerTo(outgoing: http.ClientRequest, body: string | undefined): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    outgoing.once('response', resolve)
    // Stays: errors after the beginning of the response must have a listener.
    outgoing.on('error', (error: NodeJS.ErrnoException) =>
      reject(outgoing.reusedSocket && error.code === 'ECONNRESET' ? new StaleConnection(error.message) : error),
    )
    outgoing.end(body)
  })
}

function aborted(): KubeError {
  return new KubeError('the request was aborted', 0, 'Aborted')
}

function late(access: Access, ms: number): KubeError {
  return new KubeError(`${access.server} did not respond within ${ms / 1000} s`, 0, 'Timeout')
}

function readable(access: Access, error: unknown): KubeError {
  if (error instanceof KubeError) return error
  return new KubeError(`cannot reach the API server ${access.server}: ${connectionFailure(error)}`, 0)
}

/** Reads the body of a response; throws a KubeError if it is longer than `limit` bytes. */
export async function readText(answer: IncomingMessage, limit: number): Promise<string> {
  const received: AsyncIterable<Buffer> = answer
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of received) {
    size += chunk.length
    if (size > limit) throw tooLong('the answer', limit)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, size).toString()
}

/** Yields the lines of a response; throws a KubeError if one is longer than `limit` bytes, or incomplete. */
export async function readLines(answer: IncomingMessage, limit: number, onLine: (line: string) => void): Promise<void> {
  const received: AsyncIterable<Buffer> = answer
  let parts: Buffer[] = []
  let size = 0
  for await (const chunk of received) {
    let start = 0
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      parts.push(chunk.subarray(start, end))
      onLine(Buffer.concat(parts).toString())
      parts = []
      size = 0
      start = end + 1
    }
    if (start === chunk.length) continue
    parts.push(chunk.subarray(start))
    size += chunk.length - start
    if (size > limit) throw tooLong('a line of the stream', limit)
  }
  if (size > 0) throw new KubeError('the stream ended within an event', 0)
}

function tooLong(what: string, limit: number): KubeError {
  return new KubeError(`${what} is longer than ${bytesText(limit)}`, 0, 'TooLarge')
}
