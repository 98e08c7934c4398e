import { toBytes } from '../../../go/utf8.ts'

/** A text in the errors of Go's time package: in double quotes, with every byte beyond printable ASCII as an escape. */
export function quoteAscii(text: string): string {
  const characters = Array.from(toBytes(text), (byte) => {
    const char = String.fromCharCode(byte)
    if (char === '"' || char === '\\') return `\\${char}`
    return byte < 0x20 || byte >= 0x80 ? `\\x${byte.toString(16).padStart(2, '0')}` : char
  })
  return `"${characters.join('')}"`
}
