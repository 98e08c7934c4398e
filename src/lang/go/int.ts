/** Go's integer types. `uint8` is also `byte`, `int32` also `rune`. */
export type IntKind = 'int' | 'int8' | 'int16' | 'int32' | 'int64' | 'uint' | 'uint8' | 'uint16' | 'uint32' | 'uint64'

/** A named integer type of Go, such as an enum or time.Duration: its name for `%T`, and its methods. */
export interface NamedInt {
  readonly name: string
  /** The type's `String` method, which formats its values; null if it has none. */
  readonly text: ((value: bigint) => string) | null
}

const bits: Readonly<Record<IntKind, number>> = {
  int: 64,
  int8: 8,
  int16: 16,
  int32: 32,
  int64: 64,
  uint: 64,
  uint8: 8,
  uint16: 16,
  uint32: 32,
  uint64: 64,
}

/**
 * A Go integer with its size. A plain JavaScript number always stands for a float64, as every number in JSON is one.
 * Create integers with `intOf`, which wraps around like Go's arithmetic.
 */
export class Int {
  readonly kind: IntKind
  readonly value: bigint
  readonly named: NamedInt | null

  constructor(kind: IntKind, value: bigint, named: NamedInt | null = null) {
    this.kind = kind
    this.value = value
    this.named = named
  }
}

const small = Array.from({ length: 256 }, (_, index) => new Int('int', BigInt(index)))

/** An `int`, or an integer of another size, wrapped around to fit. A JavaScript number must be whole. */
export function intOf(value: number | bigint, kind: IntKind = 'int', named: NamedInt | null = null): Int {
  if (kind === 'int' && named === null && value >= 0 && value < 256) {
    const cached = small[Number(value)]
    if (cached !== undefined) return cached
  }
  return new Int(kind, wrap(BigInt(value), kind), named)
}

/** Whether a name is that of an integer type. */
export function isIntKind(name: string): name is IntKind {
  return Object.hasOwn(bits, name)
}

export function isSigned(kind: IntKind): boolean {
  return kind.startsWith('int')
}

function wrap(value: bigint, kind: IntKind): bigint {
  return isSigned(kind) ? BigInt.asIntN(bits[kind], value) : BigInt.asUintN(bits[kind], value)
}
