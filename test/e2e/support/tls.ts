import { type ConnectionOptions, connect } from 'node:tls'
import type { Json } from '../../../src/lang/json.ts'

/** Who signed what a server shows; rejects where the options ask for more than it has. */
export function issuerOf(port: number, options: ConnectionOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, ...options }, () => {
      resolve(socket.getPeerX509Certificate()?.issuer ?? '')
      socket.destroy()
    })
    socket.on('error', reject)
  })
}

/** PEM from a Secret or a caBundle; empty where there is none. */
export function decoded(base64: Json | undefined): string {
  return typeof base64 === 'string' ? Buffer.from(base64, 'base64').toString() : ''
}
