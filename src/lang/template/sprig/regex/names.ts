/* Named groups of regular expressions: Go lets two groups share a name, which re2js doesn't, so names are kept here and groups go by number. */

export interface NamedPattern {
  /** The pattern with plain groups for named ones. */
  readonly pattern: string
  /** Names by group number; '' for the whole match and for groups without one. */
  readonly names: readonly string[]
}

const escapedText = /\\Q[\s\S]*?(?:\\E|$)/y
const escaped = /\\[\s\S]/y
const characterClass = /\[\^?\]?(?:\\[\s\S]|\[:\^?[a-z]+:\]|[^\]\\])*\]/y
const namedGroup = /\(\?P?<([A-Za-z0-9_]+)>/y
const plainGroup = /\((?!\?)/y

/** Takes the names out of a pattern. A group with a bad name stays as it is, for the compiler to refuse. */
export function separateNames(source: string): NamedPattern {
  const names: string[] = ['']
  let pattern = ''
  let index = 0
  while (index < source.length) {
    const kept =
      matchAt(escapedText, source, index) ?? matchAt(escaped, source, index) ?? matchAt(characterClass, source, index)
    const named = kept === null ? matchAt(namedGroup, source, index) : null
    const plain = kept === null && named === null ? matchAt(plainGroup, source, index) : null
    if (named !== null) names.push(named[1] ?? '')
    if (plain !== null) names.push('')
    const length = (kept ?? named ?? plain)?.[0].length ?? 1
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
 * A replacement with `$1`, `${1}`, `$name` and `${name}` filled in, `$$` as a dollar. The longest run of letters, digits and `_` is the
 * name (`$1x` is the group `1x`); an unknown group is empty. Other dollars stay.
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
