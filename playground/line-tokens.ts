/** A coloured part of a line. */
export interface Token {
  readonly from: number
  readonly to: number
  readonly kind: 'key' | 'text' | 'number' | 'comment' | 'mark'
}

// Spaces and dashes, then perhaps a key with its colon, then the rest.
const parts =
  /^(\s*(?:- +)*)(?:("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s"'#{[:][^:#]*(?::[^\s:#][^:#]*)*)(:)(?=\s|$))?\s*(.*)$/s
const quoted = /^(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')/
const number = /^(?:-?\d[\d.]*(?:e[+-]?\d+)?|true|false|null|~),?$/i
const punctuation = /^(?:[{}[\],-]+|[|>][-+\d]*),?$/

/**
 * The parts of a line of YAML or indented JSON. It parses only that line: in block scalars, lines that look like keys are coloured
 * as keys, which suits templates. In return, a document of thousands of lines costs no more than its visible part.
 */
export function tokensOf(line: string): readonly Token[] {
  if (/^(?:---|\.\.\.)(?:\s|$)/.test(line)) return [{ from: 0, to: 3, kind: 'mark' }]
  const [, indent = '', key = '', , rest = ''] = parts.exec(line) ?? []
  const tokens: Token[] = []
  if (key !== '') tokens.push({ from: indent.length, to: indent.length + key.length, kind: 'key' })
  const start = line.length - rest.length
  const comment = commentIn(rest)
  const value = rest.slice(0, comment).trimEnd()
  if (value !== '' && !punctuation.test(value)) {
    tokens.push({ from: start, to: start + value.length, kind: number.test(value) ? 'number' : 'text' })
  }
  if (comment < rest.length) tokens.push({ from: start + comment, to: line.length, kind: 'comment' })
  return tokens
}

/** The start of the comment after a value; the end of the line if there is none. */
function commentIn(rest: string): number {
  const behind = quoted.exec(rest)?.[0].length ?? 0
  const found = rest.slice(behind).search(behind === 0 ? /(?:^|\s)#/ : /\s+#/)
  if (found < 0) return rest.length
  return rest.indexOf('#', behind + found)
}
