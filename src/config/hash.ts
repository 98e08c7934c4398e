import { createHash } from 'node:crypto'

/** SHA-256 of a text's UTF-8 bytes, hex. The one place that needs Node's crypto: a browser build replaces this file. */
export function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex')
}
