/* Slash-separated paths. The os forms are the same on the systems that this runs on. */
import { define, type FunctionTable } from '../functions.ts'
import type { GoFunction } from '../value.ts'

/** The shortest path of the same meaning: no empty parts, no `.`, and `..` only in front of a relative path. */
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

/** The last part; `.` of an empty path, `/` of slashes alone. */
export function base(path: string): string {
  if (path === '') return '.'
  const trimmed = path.replace(/\/+$/, '')
  return trimmed === '' ? '/' : trimmed.slice(trimmed.lastIndexOf('/') + 1)
}

/** All but the last part, cleaned. */
export function dir(path: string): string {
  return clean(path.slice(0, path.lastIndexOf('/') + 1))
}

/** The last part from its last dot on. */
export function ext(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const dot = name.lastIndexOf('.')
  return dot < 0 ? '' : name.slice(dot)
}

function onText(call: (path: string) => string | boolean): GoFunction {
  return define({ params: ['string'], call })
}

const isAbs = onText((path) => path.startsWith('/'))

export const pathFunctions: FunctionTable = {
  base: onText(base),
  dir: onText(dir),
  ext: onText(ext),
  clean: onText(clean),
  isAbs,
  osBase: onText(base),
  osDir: onText(dir),
  osExt: onText(ext),
  osClean: onText(clean),
  osIsAbs: isAbs,
}
