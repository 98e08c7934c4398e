import { toBytes } from '../../../go/utf8.ts'

/** Quotes a string as errors of Go's time package do: in double quotes, with every byte beyond printable ASCII escaped. */
export function quoteAscii(text: string): string {
  const characters = Array.from(toBytes(text), (byte) => {
    const char = String.fromCharCode(byte)
    if (char === '"' || char === '\\') return `\\${char}`
    return byte < 0x20 || byte >= 0x80 ? `\\x${byte.toString(16).padStart(2, '0')}` : char
  })
  return `"${characters.join('')}"`
}
