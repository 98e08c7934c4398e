/** The part of a text that is one document, with its markers and directives. */
export interface DocumentPart {
  /** Offset of its first character in the text. */
  readonly start: number
  /** Offset behind its last character. */
  readonly end: number
  /** Offset of the first line that holds a value; `end` when there is none. */
  readonly content: number
  /** Offset where to look for the next document; `end`, or behind the line `...` that closes this one. */
  readonly next: number
  /** Whether it is closed by `...` before anything opened it: not a document at all. */
  readonly stray: boolean
}

/**
 * Finds the document that starts at an offset (the start of a line). A line that begins with `---` or `...` at its very start
 * always parts documents, even within quotes, so that no parser is needed to find it.
 */
export function documentAt(text: string, start: number): DocumentPart {
  let opened = false
  let content = -1
  let line = text.charCodeAt(start) === 0xfeff ? start + 1 : start
  while (line < text.length) {
    const lineEnd = endOfLine(text, line)
    const marker = markerAt(text, line)
    if (marker === '...') {
      const stray = !opened && content < 0
      return { start, end: line, content: content < 0 ? line : content, next: lineEnd, stray }
    }
    if (marker === '---') {
      if (opened || content >= 0)
        return { start, end: line, content: content < 0 ? line : content, next: line, stray: false }
      opened = true
      if (hasContent(text, line + 3, lineEnd)) content = line
    } else if (content < 0 && !(text[line] === '%' && !opened) && hasContent(text, line, lineEnd)) {
      content = line
    }
    line = lineEnd
  }
  return { start, end: text.length, content: content < 0 ? text.length : content, next: text.length, stray: false }
}

function markerAt(text: string, line: number): '---' | '...' | undefined {
  const code = text.charCodeAt(line)
  if (code !== 45 && code !== 46) return undefined
  const marker = text.startsWith('---', line) ? '---' : text.startsWith('...', line) ? '...' : undefined
  const after = text.charCodeAt(line + 3)
  return Number.isNaN(after) || after === 10 || after === 13 || after === 32 || after === 9 ? marker : undefined
}

/** The offset behind the line break (LF, CR LF or CR) that ends a line. */
function endOfLine(text: string, from: number): number {
  for (let index = from; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code === 10) return index + 1
    if (code === 13) return text.charCodeAt(index + 1) === 10 ? index + 2 : index + 1
  }
  return text.length
}

/** Whether there is more than spaces and a comment. */
function hasContent(text: string, from: number, end: number): boolean {
  for (let index = from; index < end; index++) {
    const code = text.charCodeAt(index)
    if (code === 35) return false
    if (code !== 32 && code !== 9 && code !== 10 && code !== 13) return true
  }
  return false
}
