/* Slash-separated paths. The os functions are the same on all supported systems. */
import { define, type FunctionTable } from '../functions.ts'
import type { GoFunction } from '../value.ts'

/** The shortest equivalent path: no empty parts, no `.`, and `..` only at the start of a relative path. */
export function clean(path: string): string {
  const rooted = path.startsWith('/')
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue
    if (part !== '..') parts.push(part)
    else if (parts.length > 0 && parts.at(-1) !== '..') parts.pop()
    else if (!rooted) parts.push('..')
  }
  const joined = parts.join('/')
  return rooted ? `/${joined}` : joined || '.'
}

/** The last part; `.` for an empty path, `/` if there are only slashes. */
export function base(path: string): string {
  if (path === '') return '.'
  const trimmed = path.replace(/\/+$/, '')
  return trimmed === '' ? '/' : trimmed.slice(trimmed.lastIndexOf('/') + 1)
}

/** All parts except the last, cleaned. */
export function dir(path: string): string {
  return clean(path.slice(0, path.lastIndexOf('/') + 1))
}

/** The extension of the last part, from its last dot. */
export function ext(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const dot = name.lastIndexOf('.')
  return dot < 0 ? '' : name.slice(dot)
}

function pathFunction(call: (path: string) => string | boolean): GoFunction {
  return define({ params: ['string'], call })
}

const isAbs = pathFunction((path) => path.startsWith('/'))

export const pathFunctions: FunctionTable = {
  base: pathFunction(base),
  dir: pathFunction(dir),
  ext: pathFunction(ext),
  clean: pathFunction(clean),
  isAbs,
  osBase: pathFunction(base),
  osDir: pathFunction(dir),
  osExt: pathFunction(ext),
  osClean: pathFunction(clean),
  osIsAbs: isAbs,
}
