// Replicas come one after the other, so few texts are enough. They bound what is kept: some 2 MB of text at the most.
const mostTexts = 64
const longestText = 32_768

/**
 * `read`, remembering what it made of the texts that came more than once, as those of a workload's replicas do. Such a
 * result is shared between its callers, so it is frozen; a text that comes only once costs no more than its place in line.
 */
export function remember<T extends object>(read: (text: string) => T): (text: string) => T {
  const known = new Map<string, T | undefined>()
  return (text) => {
    if (text.length > longestText) return read(text)
    const cameBefore = known.has(text)
    const result = known.get(text) ?? (cameBefore ? deepFreeze(read(text)) : read(text))
    // To the end of the line: the first one is the one that nobody asked for longest.
    known.delete(text)
    known.set(text, cameBefore ? result : undefined)
    if (known.size > mostTexts) known.delete(known.keys().next().value ?? '')
    return result
  }
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const item of Object.values(value)) deepFreeze(item)
  return Object.freeze(value)
}
