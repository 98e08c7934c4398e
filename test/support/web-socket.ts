import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'

/** The server side of a WebSocket, as far as streams of an API server need it: unfragmented binary messages. */
export interface ServerSocket {
  send(stream: number, data: string | Uint8Array): void
  close(): void
}

/** Accepts a connection with the sub-protocol `channel.k8s.io` (https://www.rfc-editor.org/rfc/rfc6455). */
export function acceptSocket(
  { headers }: IncomingMessage,
  socket: Duplex,
  onData: (stream: number, data: Buffer) => void = () => {},
): ServerSocket {
  const key = `${headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`
  const accept = createHash('sha1').update(key).digest('base64')
  const lines = ['Upgrade: websocket', 'Connection: Upgrade', `Sec-WebSocket-Accept: ${accept}`]
  const protocol = 'Sec-WebSocket-Protocol: v4.channel.k8s.io'
  socket.write(['HTTP/1.1 101 Switching Protocols', ...lines, protocol, '', ''].join('\r\n'))
  let rest = Buffer.alloc(0)
  socket.on('error', () => {})
  socket.on('end', () => socket.end())
  socket.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk])
    for (let frame = readFrame(rest); frame !== undefined; frame = readFrame(rest)) {
      rest = rest.subarray(frame.length)
      if (frame.opcode === opcodes.close) socket.end()
      else if (frame.opcode === opcodes.binary) onData(frame.data[0] ?? 0, frame.data.subarray(1))
    }
  })
  return {
    send: (stream, data) => {
      const bytes = Buffer.from(data)
      for (let start = 0; start < bytes.length; start += maxBytes) {
        socket.write(writeFrame(Buffer.concat([Buffer.of(stream), bytes.subarray(start, start + maxBytes)])))
      }
    },
    close: () => void socket.end(Buffer.of(0x80 | opcodes.close, 0)),
  }
}

// Like kubelets: longer data is sent in several messages.
const maxBytes = 32 * 1024

const opcodes = { binary: 2, close: 8 } as const

/** Reads a frame of a client, whose data is masked. */
function readFrame(bytes: Buffer) {
  if (bytes.length < 6) return undefined
  const short = bytes.readUInt8(1) & 0x7f
  const start = short === 126 ? 8 : 6
  if (short === 127) throw new Error('a longer message than tests send')
  if (bytes.length < start) return undefined
  const size = short === 126 ? bytes.readUInt16BE(2) : short
  if (bytes.length < start + size) return undefined
  const mask = bytes.subarray(start - 4, start)
  const data = bytes.subarray(start, start + size).map((byte, index) => byte ^ (mask[index % 4] ?? 0))
  return { opcode: bytes.readUInt8(0) & 0x0f, data: Buffer.from(data), length: start + size }
}

function writeFrame(data: Buffer): Buffer {
  const head = Buffer.alloc(4)
  head.writeUInt8(0x80 | opcodes.binary, 0)
  if (data.length < 126) return Buffer.concat([head.subarray(0, 1), Buffer.of(data.length), data])
  head.writeUInt8(126, 1)
  head.writeUInt16BE(data.length, 2)
  return Buffer.concat([head, data])
}
