/** One document of a YAML text, with its markers and directives. */
export interface DocumentPart {
  /** Offset of its first character in the text. */
  readonly start: number
  /** Offset after its last character. */
  readonly end: number
  /** Offset of the first line that holds a value; `end` when there is none. */
  readonly content: number
  /** Where to look for the next document: `end`, or after the `...` line that ends this one. */
  readonly next: number
  /** Whether `...` ends it before it begins, so that there is no document. */
  readonly stray: boolean
}

/**
 * Finds the document that starts at an offset (the start of a line). A line that begins with `---` or `...` always
 * separates documents, even inside quotes, so that finding it takes no parser.
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

/** The offset after the line break (LF, CR LF or CR) that ends a line. */
function endOfLine(text: string, from: number): number {
  for (let index = from; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code === 10) return index + 1
    if (code === 13) return text.charCodeAt(index + 1) === 10 ? index + 2 : index + 1
  }
  return text.length
}

/** Whether a range has anything but spaces and a comment. */
function hasContent(text: string, from: number, end: number): boolean {
  for (let index = from; index < end; index++) {
    const code = text.charCodeAt(index)
    if (code === 35) return false
    if (code !== 32 && code !== 9 && code !== 10 && code !== 13) return true
  }
  return false
}
