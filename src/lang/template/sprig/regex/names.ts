/*
 * Named groups of regular expressions: in Go, unlike re2js, two groups may have the same name. So names are skipped here,
 * and the pattern has numbered groups.
 */

export interface NamedPattern {
  /** The pattern with plain groups instead of named ones. */
  readonly pattern: string
  /** Names by group number; '' for the whole match and for unnamed groups. */
  readonly names: readonly string[]
}

const escapedText = /\\Q[\s\S]*?(?:\\E|$)/y
const escaped = /\\[\s\S]/y
const characterClass = /\[\^?\]?(?:\\[\s\S]|\[:\^?[a-z]+:\]|[^\]\\])*\]/y
const namedGroup = /\(\?P?<([A-Za-z0-9_]+)>/y
const plainGroup = /\((?!\?)/y

/** Removes the names from a pattern. A group with an invalid name is skipped, so that the compiler refuses it. */
export function separateNames(source: string): NamedPattern {
  const names: string[] = ['']
  let pattern = ''
  let index = 0
  while (index < source.length) {
    const skipped =
      matchAt(escapedText, source, index) ?? matchAt(escaped, source, index) ?? matchAt(characterClass, source, index)
    const named = skipped === null ? matchAt(namedGroup, source, index) : null
    const plain = skipped === null && named === null ? matchAt(plainGroup, source, index) : null
    if (named !== null) names.push(named[1] ?? '')
    if (plain !== null) names.push('')
    const length = (skipped ?? named ?? plain)?.[0].length ?? 1
    pattern += named === null ? source.slice(index, index + length) : '('
    index += length
  }
  return { pattern, names }
}

function matchAt(expression: RegExp, text: string, index: number): RegExpExecArray | null {
  expression.lastIndex = index
  return expression.exec(text)
}

const reference = /\$(?:\$|\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/gu

/**
 * Expands `$1`, `${1}`, `$name` and `${name}` in a replacement, and `$$` to a dollar sign. A name is the longest run of
 * letters, digits and `_` (`$1x` is the group `1x`); an unknown group is empty. Other dollar signs are skipped.
 */
export function expand(template: string, names: readonly string[], group: (index: number) => string): string {
  return template.replace(reference, (whole, braced: string | undefined, bare: string | undefined) => {
    const name = braced ?? bare
    if (name === undefined) return whole === '$$' ? '$' : whole
    if (/^(?:0|[1-9][0-9]{0,8})$/.test(name)) {
      const index = Number(name)
      return index < names.length ? group(index) : ''
    }
    return names.reduce((found, each, index) => (found === '' && each === name ? group(index) : found), '')
  })
}
