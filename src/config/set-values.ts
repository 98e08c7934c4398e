/*
 * `--set path=value`, as in Helm (helm.sh/docs/intro/using_helm, "The Format and Limitations of --set"):
 *
 *   a.b=1,c=x        several, joined by commas         a=null     removes the key
 *   a={x,y}          a list of values                  a[0].b=1   an item of a list
 *   a\.b=x\,y        a dot, comma, bracket, = or \ that is part of the name or the value
 *
 * true and false are booleans, integers are numbers (unless they have a leading zero), everything else is a string, even `1.5`.
 */
import { isObject, type Json, type JsonObject, own } from '../lang/json.ts'
import { foundOf } from '../lang/text/found.ts'
import type { Path } from '../lang/text/path.ts'
import { type SetFault, setFaultReason } from './set-fault.ts'

export interface Assignment {
  readonly path: Path
  readonly value: Json
}

/** An assignment can't be parsed or doesn't fit the values. */
export class SetError extends Error {
  override readonly name = 'SetError'
  readonly fault: SetFault

  constructor(fault: SetFault) {
    super(setFaultReason(fault))
    this.fault = fault
  }
}

// Helm's own limit for a[N].
const maxIndex = 65_536

/** Parses one `--set` argument. Throws a SetError. */
export function readSet(argument: string): readonly Assignment[] {
  const reader = new CharacterReader(argument)
  const assignments: Assignment[] = []
  while (!reader.done()) {
    const path = readPath(reader, argument)
    assignments.push({ path, value: reader.next('{') ? readList(reader, argument) : typed(reader.until(',')) })
    reader.next(',')
  }
  if (assignments.length === 0) throw new SetError({ code: 'set-empty' })
  return assignments
}

/** Returns the values with one assignment applied. Throws a SetError if the path leads through a scalar. */
export function assign(values: JsonObject, { path, value }: Assignment): JsonObject {
  const changed = assignAt(values, path, 0, value)
  return isObject(changed) ? changed : values
}

/** Splits a string at special characters that aren't escaped with a backslash. */
class CharacterReader {
  private readonly characters: readonly { readonly text: string; readonly escaped: boolean }[]
  private position = 0

  constructor(text: string) {
    this.characters = [...text.matchAll(/\\([\s\S])|[\s\S]/gu)].map((match) => ({
      text: match[1] ?? match[0],
      escaped: match[1] !== undefined,
    }))
  }

  done(): boolean {
    return this.position >= this.characters.length
  }

  /** Skips this special character if it is the next one. */
  next(special: string): boolean {
    if (!this.at(special)) return false
    this.position++
    return true
  }

  /** Reads up to one of these special characters, exclusive, or to the end. */
  until(specials: string): string {
    let text = ''
    while (!this.done() && !this.at(specials)) text += this.characters[this.position++]?.text ?? ''
    return text
  }

  private at(specials: string): boolean {
    const character = this.characters[this.position]
    return character !== undefined && !character.escaped && specials.includes(character.text)
  }
}

function readPath(reader: CharacterReader, argument: string): Path {
  const path: (string | number)[] = []
  for (;;) {
    const key = reader.until('.=[,')
    if (key === '') throw new SetError({ code: 'set-empty-name', argument })
    path.push(key)
    while (reader.next('[')) {
      const index = reader.until(']')
      if (!reader.next(']') || !/^\d{1,5}$/.test(index) || Number(index) > maxIndex) {
        throw new SetError({ code: 'set-bad-index', argument, max: maxIndex })
      }
      path.push(Number(index))
    }
    if (reader.next('=')) return path
    if (!reader.next('.')) throw new SetError({ code: 'set-no-value', argument, path })
  }
}

function readList(reader: CharacterReader, argument: string): Json {
  const items: Json[] = []
  while (!reader.next('}')) {
    items.push(typed(reader.until(',}')))
    if (!reader.next(',') && reader.done()) throw new SetError({ code: 'set-open-list', argument })
  }
  if (!reader.done() && reader.until(',') !== '') throw new SetError({ code: 'set-after-list', argument })
  // {} is the empty list.
  return items.length === 1 && items[0] === '' ? [] : items
}

function typed(text: string): Json {
  if (text === 'true') return true
  if (text === 'false') return false
  if (text === 'null') return null
  if (text === '0') return 0
  if (!/^[+-]?\d{1,20}$/.test(text) || text.startsWith('0')) return text
  const whole = BigInt(text.replace(/^\+/, ''))
  return BigInt.asIntN(64, whole) === whole ? Number(whole) : text
}

function assignAt(below: Json | undefined, path: Path, depth: number, value: Json): Json {
  const step = path[depth]
  if (step === undefined) return value
  const last = depth === path.length - 1
  const present = below ?? undefined
  if (typeof step === 'number') {
    if (present !== undefined && !Array.isArray(present)) throw wrongType('list', path, depth, present)
    const list: Json[] = [...(present ?? [])]
    while (list.length <= step) list.push(null)
    list[step] = assignAt(list[step], path, depth + 1, value)
    return list
  }
  if (present !== undefined && !isObject(present)) throw wrongType('object', path, depth, present)
  const entries = new Map<string, Json>(Object.entries(present ?? {}))
  if (last && value === null) entries.delete(step)
  else entries.set(step, assignAt(own(present, step), path, depth + 1, value))
  return Object.fromEntries(entries)
}

function wrongType(expected: 'list' | 'object', path: Path, depth: number, present: Json): SetError {
  return new SetError({ code: 'set-wrong-type', path, depth, expected, actual: foundOf(present) })
}
