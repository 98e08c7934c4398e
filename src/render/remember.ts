// Replicas come one after the other, so few texts are enough; they bound what is kept to half a megabyte of text.
const mostTexts = 16
const longestText = 32_768

/**
 * `read`, remembering what it made of texts that came twice, as those of a workload's replicas do. Such a result is shared
 * between its callers, so it is frozen; a text that comes only once costs no more than its place in line.
 */
export function remember<T extends object>(read: (text: string) => T): (text: string) => T {
  // In the order of their last use. To look through so few is quicker than to hash a text: most differ in their length.
  const known: { readonly text: string; readonly result: T | undefined }[] = []
  return (text) => {
    if (text.length > longestText) return read(text)
    const place = known.findLastIndex((one) => one.text === text)
    const [before] = place < 0 ? [] : known.splice(place, 1)
    const result = before?.result ?? read(text)
    known.push({ text, result: before === undefined ? undefined : deepFreeze(result) })
    if (known.length > mostTexts) known.shift()
    return result
  }
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const item of Object.values(value)) deepFreeze(item)
  return Object.freeze(value)
}
