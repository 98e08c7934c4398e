import type { IncomingMessage } from 'node:http'

export type Body = Buffer | 'body-too-large' | 'client-gone'

/**
 * Reads the body of a request and calls back once: with its bytes, or why there are none. A body that is too large is
 * not kept, but read to its end all the same: a client that is still sending wouldn't see the response otherwise.
 */
export function readBody(request: IncomingMessage, limit: number, done: (body: Body) => void): void {
  const chunks: Buffer[] = []
  let bytes = 0
  let settled = false
  const settle = (body: Body) => {
    if (settled) return
    settled = true
    chunks.length = 0
    done(body)
  }
  // 'close' comes after every end, also that of a connection that breaks; 'error' would be thrown if nobody listened.
  request.on('error', () => {})
  request.on('close', () => settle('client-gone'))
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > limit) settle('body-too-large')
    if (!settled) chunks.push(chunk)
  })
  request.on('end', () => settle(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)))
  if (Number(request.headers['content-length']) > limit) settle('body-too-large')
}
