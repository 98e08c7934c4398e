import { Int } from '../../go/int.ts'
import { typeName, type Value } from '../value.ts'
import { type Flags, noFlags } from './flags.ts'
import { bounded } from './plain.ts'
import { formatValue } from './values.ts'

/** The max width and precision, as in Go. */
const maxNumber = 1e6

/**
 * Go's fmt.Sprintf. It never fails; faults appear in the output, as `%!d(string=x)`, `%!s(MISSING)`, `%!(EXTRA int=1)`,
 * `%!(NOVERB)`, `%!(BADWIDTH)`, `%!(BADPREC)` or `%!d(BADINDEX)`.
 */
export function sprintf(format: string, args: readonly Value[]): string {
  const reader = new Reader(format, args)
  let text = ''
  for (;;) {
    const percent = format.indexOf('%', reader.index)
    if (percent < 0) return bounded(text + format.slice(reader.index) + reader.extra())
    text += format.slice(reader.index, percent)
    reader.index = percent + 1
    text = bounded(text + reader.verb())
  }
}

/** Reads the verbs of a format one by one and formats their operands. */
class Reader {
  index = 0
  readonly #format: string
  readonly #args: readonly Value[]
  #next = 0
  /** Whether an explicit index (`%[2]d`) was used anywhere: then unused operands aren't reported. */
  #reordered = false
  #goodIndex = true
  #afterIndex = false

  constructor(format: string, args: readonly Value[]) {
    this.#format = format
    this.#args = args
  }

  /** The output of one verb, after its `%`. */
  verb(): string {
    const letter = this.#format[this.index]
    const arg = this.#args[this.#next]
    // Fast path for the verbs of almost all formats.
    if (typeof arg === 'string' && (letter === 's' || letter === 'v')) {
      this.index++
      this.#next++
      return arg
    }
    this.#goodIndex = true
    this.#afterIndex = false
    const flags = this.#flags()
    this.#explicitIndex()
    const problems = this.#width(flags) + this.#precision(flags)
    if (!this.#afterIndex) this.#explicitIndex()
    const code = this.#format.codePointAt(this.index)
    if (code === undefined) return `${problems}%!(NOVERB)`
    const verb = String.fromCodePoint(code)
    this.index += verb.length
    return problems + this.#print(verb, flags)
  }

  /** The operands that no verb used. */
  extra(): string {
    if (this.#reordered || this.#next >= this.#args.length) return ''
    const rest = this.#args.slice(this.#next).map((arg) => {
      const text = formatValue(arg, 'v', noFlags())
      return arg === null || arg === undefined ? text : `${typeName(arg)}=${text}`
    })
    return `%!(EXTRA ${rest.join(', ')})`
  }

  #print(verb: string, flags: Flags): string {
    if (verb === '%') return '%'
    if (!this.#goodIndex) return `%!${verb}(BADINDEX)`
    if (this.#next >= this.#args.length) return `%!${verb}(MISSING)`
    // Go reads %w, which only Errorf has, as %v and then refuses it.
    if (verb === 'v' || verb === 'w') {
      flags.sharpV = flags.sharp
      flags.plusV = flags.plus
      flags.sharp = false
      flags.plus = false
    }
    return formatValue(this.#args[this.#next++], verb, flags)
  }

  #flags(): Flags {
    const flags = noFlags()
    for (; ; this.index++) {
      const character = this.#format[this.index]
      if (character === '#') flags.sharp = true
      else if (character === '0') flags.zero = true
      else if (character === '+') flags.plus = true
      else if (character === '-') flags.minus = true
      else if (character === ' ') flags.space = true
      else return flags
    }
  }

  #width(flags: Flags): string {
    if (this.#format[this.index] === '*') {
      this.index++
      this.#afterIndex = false
      const width = this.#numberFromArgument()
      if (width === undefined) return '%!(BADWIDTH)'
      flags.width = Math.abs(width)
      if (width < 0) {
        flags.minus = true
        flags.zero = false
      }
      return ''
    }
    const width = this.#number()
    if (width === undefined) return ''
    flags.width = width
    if (this.#afterIndex) this.#goodIndex = false
    return ''
  }

  #precision(flags: Flags): string {
    if (this.#format[this.index] !== '.') return ''
    this.index++
    if (this.#afterIndex) this.#goodIndex = false
    this.#explicitIndex()
    if (this.#format[this.index] === '*') {
      this.index++
      this.#afterIndex = false
      const precision = this.#numberFromArgument()
      if (precision === undefined || precision < 0) return '%!(BADPREC)'
      flags.precision = precision
      return ''
    }
    flags.precision = this.#number() ?? 0
    return ''
  }

  /** A literal number. One that is too large ends the format, so that no verb is found. */
  #number(): number | undefined {
    const start = this.index
    while (/[0-9]/.test(this.#format[this.index] ?? '')) this.index++
    if (this.index === start) return undefined
    const number = Number(this.#format.slice(start, this.index))
    if (number <= maxNumber) return number
    this.index = this.#format.length
    return undefined
  }

  #numberFromArgument(): number | undefined {
    if (this.#next >= this.#args.length) return undefined
    const arg = this.#args[this.#next++]
    if (!(arg instanceof Int)) return undefined
    const number = Number(arg.value)
    return Math.abs(number) <= maxNumber ? number : undefined
  }

  /** `[2]`: the next operand, counted from 1. */
  #explicitIndex(): void {
    this.#afterIndex = false
    if (this.#format[this.index] !== '[') return
    this.#reordered = true
    const close = this.#format.indexOf(']', this.index + 1)
    if (close < 0) {
      this.#goodIndex = false
      this.index++
      return
    }
    const digits = this.#format.slice(this.index + 1, close)
    const index = /^[0-9]+$/.test(digits) ? Number(digits) : 0
    this.index = close + 1
    this.#afterIndex = index > 0
    if (index >= 1 && index <= this.#args.length) this.#next = index - 1
    else this.#goodIndex = false
  }
}
