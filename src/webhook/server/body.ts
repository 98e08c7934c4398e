import type { IncomingMessage } from 'node:http'
import type { Turns } from './turns.ts'

export type Body = Buffer | 'body-too-large' | 'client-gone' | 'overloaded'

/** Nearly all pods are smaller. Larger bodies wait for their turn and may be rejected; small ones never. */
export const largeBytes = 64 * 1024

/** Whether a body of this size takes turns with other large ones. */
export function isLarge(bytes: number): boolean {
  return bytes > largeBytes
}

/** The total size of all bodies at which large ones are rejected, as a multiple of the size limit. */
export const bodiesAtOnce = 8

/** Reads the body of a request and calls back once: with its bytes, or the reason why there are none. */
export type ReadBody = (request: IncomingMessage, done: (body: Body) => void) => void

interface Room {
  bytes: number
  readonly limit: number
  readonly turns: Turns
}

/**
 * Reads bodies of at most `limit` bytes. All incomplete bodies share a memory budget, because any client could otherwise
 * exhaust memory with requests that never complete. Complete large bodies are passed on one per turn of the event loop,
 * so that small ones wait for at most one of them.
 */
export function createBodyReader(limit: number, turns: Turns): ReadBody {
  const room = { bytes: 0, limit: limit * bodiesAtOnce, turns }
  return (request, done) => readBody(request, limit, room, done)
}

/**
 * A rejected body is discarded, but still read to its end: a client that is still sending wouldn't see the response
 * otherwise.
 */
function readBody(request: IncomingMessage, limit: number, room: Room, done: (body: Body) => void): void {
  const chunks: Buffer[] = []
  let bytes = 0
  let kept = 0
  let settled = false
  const release = () => {
    room.bytes -= kept
    kept = 0
    chunks.length = 0
  }
  const refuse = (why: Exclude<Body, Buffer>) => {
    if (settled) return
    settled = true
    release()
    done(why)
  }
  const handOn = () => {
    const body = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)
    release()
    done(body)
  }
  // 'close' is always emitted last, also after a broken connection; 'error' without a listener would be thrown.
  request.on('error', () => {})
  request.on('close', () => refuse('client-gone'))
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > limit) refuse('body-too-large')
    else if (isLarge(bytes) && room.bytes + chunk.length > room.limit) refuse('overloaded')
    if (settled) return
    chunks.push(chunk)
    kept += chunk.length
    room.bytes += chunk.length
  })
  request.on('end', () => {
    if (settled) return
    settled = true
    if (isLarge(bytes)) room.turns.add(handOn)
    else handOn()
  })
  if (Number(request.headers['content-length']) > limit) refuse('body-too-large')
}
