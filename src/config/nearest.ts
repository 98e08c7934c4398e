import { nearest as nearestWord } from '../template/nearest.ts'

/** The known name that someone who wrote `name` most likely meant, undefined when none is close. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  const names = [...known]
  const plain = withoutSeparators(name)
  return names.find((candidate) => withoutSeparators(candidate) === plain) ?? nearestWord(name.slice(0, 100), names)
}

/** What to say behind an unknown name: which one may be meant, else which there are. */
export function knownNames(name: string, known: readonly string[]): string {
  const near = nearest(name, known)
  if (near !== undefined) return `did you mean ${near}?`
  return known.length === 0 ? 'there are none' : `known are ${known.join(', ')}`
}

/** Alike for `nativeSidecars`, `native-sidecars` and `native_sidecars`. */
function withoutSeparators(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]/g, '')
}
