import type { IncomingMessage } from 'node:http'
import type { Turns } from './turns.ts'

export type Body = Buffer | 'body-too-large' | 'client-gone' | 'overloaded'

/** Nearly all pods are smaller. What is larger waits for its turn, and may be refused; a small one never. */
export const largeBytes = 64 * 1024

/** Whether a body of so many bytes takes turns with other large ones. */
export function isLarge(bytes: number): boolean {
  return bytes > largeBytes
}

/** What all bodies may hold together before a large one is refused, as a multiple of the largest. */
export const bodiesAtOnce = 8

/** Reads the body of a request and calls back once: with its bytes, or why there are none. */
export type ReadBody = (request: IncomingMessage, done: (body: Body) => void) => void

interface Room {
  bytes: number
  readonly limit: number
  readonly turns: Turns
}

/**
 * Reads bodies of at most `limit` bytes. All that are under way share some memory: whoever reaches the port could fill
 * it with requests that never end otherwise. Large ones that are complete are handed on one in a turn of the event loop,
 * so that small ones wait for one of them at most, not for all.
 */
export function createBodyReader(limit: number, turns: Turns): ReadBody {
  const room = { bytes: 0, limit: limit * bodiesAtOnce, turns }
  return (request, done) => readBody(request, limit, room, done)
}

/**
 * A body that is refused is not kept, but read to its end all the same: a client that is still sending wouldn't see the
 * response otherwise.
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
  // 'close' comes after every end, also that of a connection that breaks; 'error' would be thrown if nobody listened.
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
