import { sha256 as hashOf } from '../../lang/template/sprig/hash.ts'

/** Stands for config/hash.ts where there is no Node: the same hash, some ten times as slow. */
export function sha256(text: string): string {
  return hashOf(new TextEncoder().encode(text))
}
