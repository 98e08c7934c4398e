import type { Json } from '../../lang/json.ts'

/** One operation of a JSON patch (RFC 6902). */
export type Operation =
  | { readonly op: 'add' | 'replace'; readonly path: string; readonly value: Json }
  | { readonly op: 'remove'; readonly path: string }
  | { readonly op: 'move'; readonly from: string; readonly path: string }

/** The JSON pointer (RFC 6901) of a key or index within the value at `path`. */
export function pointer(path: string, step: string | number): string {
  if (typeof step === 'number') return `${path}/${step}`
  return `${path}/${/[~/]/.test(step) ? step.replaceAll('~', '~0').replaceAll('/', '~1') : step}`
}
