const letter = /^\p{L}$/u
const digit = /^\p{Nd}$/u

/**
 * The order of keys in written YAML, for `Array.sort`: digits by their number (`a9` before `a10`), letters after
 * everything else, the rest by code point.
 */
export function compareKeys(a: string, b: string): number {
  const left = [...a]
  const right = [...b]
  const common = Math.min(left.length, right.length)
  for (let index = 0; index < common; index++) {
    const leftChar = left[index] ?? ''
    const rightChar = right[index] ?? ''
    if (leftChar !== rightChar) return compareFrom(left, right, index)
  }
  return left.length - right.length
}

/** Compares two keys that are equal before `index` and differ there. */
function compareFrom(left: readonly string[], right: readonly string[], index: number): number {
  const leftChar = left[index] ?? ''
  const rightChar = right[index] ?? ''
  const leftIsLetter = letter.test(leftChar)
  const rightIsLetter = letter.test(rightChar)
  if (leftIsLetter !== rightIsLetter) return leftIsLetter ? 1 : -1
  const byCode = (leftChar.codePointAt(0) ?? 0) - (rightChar.codePointAt(0) ?? 0)
  if (leftIsLetter) return byCode
  const lead = leftChar === '0' || rightChar === '0' ? leadOf(left, index) : ''
  const leftRun = digitsFrom(left, index)
  const rightRun = digitsFrom(right, index)
  const byNumber = compareNumbers(lead + leftRun, lead + rightRun)
  return byNumber || leftRun.length - rightRun.length || byCode
}

/** `1` if the digits before `index` aren't all zeros: then zeros after them count as digits too. */
function leadOf(key: readonly string[], index: number): string {
  for (let at = index - 1; at >= 0 && digit.test(key[at] ?? ''); at--) if (key[at] !== '0') return '1'
  return ''
}

function digitsFrom(key: readonly string[], from: number): string {
  let end = from
  while (end < key.length && digit.test(key[end] ?? '')) end++
  return key.slice(from, end).join('')
}

function compareNumbers(a: string, b: string): number {
  const left = a.replace(/^0+/, '')
  const right = b.replace(/^0+/, '')
  return left.length - right.length || (left < right ? -1 : left > right ? 1 : 0)
}
