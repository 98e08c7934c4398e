const letter = /^\p{L}$/u
const digit = /^\p{Nd}$/u

/**
 * The order of keys in written YAML: runs of digits by their number (`a9` before `a10`), letters behind everything else, and the
 * rest by code point. For `Array.sort`.
 */
export function compareKeys(a: string, b: string): number {
  const left = [...a]
  const right = [...b]
  const common = Math.min(left.length, right.length)
  for (let index = 0; index < common; index++) {
    const one = left[index] ?? ''
    const other = right[index] ?? ''
    if (one !== other) return compareFrom(left, right, index)
  }
  return left.length - right.length
}

/** Compares two keys that are equal before `index` and differ there. */
function compareFrom(left: readonly string[], right: readonly string[], index: number): number {
  const one = left[index] ?? ''
  const other = right[index] ?? ''
  const oneLetter = letter.test(one)
  const otherLetter = letter.test(other)
  if (oneLetter !== otherLetter) return oneLetter ? 1 : -1
  const byCode = (one.codePointAt(0) ?? 0) - (other.codePointAt(0) ?? 0)
  if (oneLetter) return byCode
  const lead = one === '0' || other === '0' ? leadOf(left, index) : ''
  const oneRun = digitsFrom(left, index)
  const otherRun = digitsFrom(right, index)
  const byNumber = compareNumbers(lead + oneRun, lead + otherRun)
  return byNumber || oneRun.length - otherRun.length || byCode
}

/** `1` when the digits before `index` hold more than zeros: then zeros that follow count as digits too. */
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
