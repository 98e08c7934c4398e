/**
 * A copy of a string for use in a cache. Engines keep a slice as a reference to the whole string, which would stay in
 * memory as long as the slice. Slicing a newly concatenated string makes them flatten it first.
 */
export function ownCopy(text: string): string {
  return ` ${text}`.slice(1)
}
