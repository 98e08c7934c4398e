import { describe, expect, it } from 'vitest'
import { Int, intOf } from '../../../src/lang/go/int.ts'
import { define } from '../../../src/lang/template/functions.ts'
import { plainValue } from '../../../src/lang/template/plain-value.ts'
import { type GoFunction, StructValue, typedList, type Value } from '../../../src/lang/template/value.ts'
import { failure, render } from './render.ts'

/** A pointer to a message with getters that are safe on nil, as generated code of Protocol Buffers has them. */
class Message extends StructValue {
  readonly typeName = '*api.Message'
  readonly #fields: Readonly<Record<string, Value>> | null

  constructor(fields: Readonly<Record<string, Value>> | null) {
    super()
    this.#fields = fields
  }

  field(name: string): Value {
    return this.#fields !== null && Object.hasOwn(this.#fields, name) ? this.#fields[name] : undefined
  }

  override method(name: string): GoFunction | undefined {
    if (name === 'Get') return define({ params: ['string'], call: (key) => this.field(key) ?? '' })
    if (!name.startsWith('Get')) return undefined
    return define({ params: [], call: () => this.field(name.slice(3)) ?? new Message(null) })
  }

  override isNil(): boolean {
    return this.#fields === null
  }

  override fieldNames(): readonly string[] {
    return ['Name', 'Port', 'Inner']
  }

  override json(): unknown {
    return new Map(Object.entries(this.#fields ?? {}))
  }
}

const mode = { name: 'api.Mode', text: (value: bigint) => (value === 1n ? 'TPROXY' : 'REDIRECT') }
const message = new Message({
  Name: 'web',
  Port: intOf(80, 'int32'),
  Inner: new Message(null),
  Mode: new Int('int32', 1n, mode),
})

describe('structs and pointers to them', () => {
  it('have fields and methods', () => {
    expect(
      render(
        '{{ .Name }} {{ .Port }} {{ printf "%T" .Port }} {{ .GetName }} {{ .Get "Name" }} {{ "Port" | .Get }}',
        message,
      ),
    ).toBe('web 80 int32 web web 80')
  })

  it('have getters that are safe on nil, and fields that are not', () => {
    expect(render('{{ .GetInner.GetInner.GetInner }}{{ if .Inner }}x{{ else }}-{{ end }}', message)).toBe('<nil>-')
    expect(failure('{{ .Inner.Name }}', message).reason).toBe('nil pointer evaluating *api.Message.Name')
  })

  it('propose a field where one is unknown', () => {
    expect(failure('{{ .Nmae }}', message).reason).toBe(
      "can't evaluate field Nmae in type *api.Message; did you mean Name?",
    )
    expect(failure('{{ .Name "x" }}', message).reason).toBe('Name has arguments but cannot be invoked as function')
    expect(failure('{{ .Get }}', message).reason).toBe('wrong number of args for Get: want 1 got 0')
    expect(failure('{{ .Get 5 }}', message).reason).toBe('expected string; found 5')
  })

  it('print by their String method, or field by field', () => {
    expect(render('{{ .Mode }} {{ printf "%s %v %d %T" .Mode .Mode .Mode .Mode }} {{ eq .Mode 1 }}', message)).toBe(
      'TPROXY TPROXY TPROXY 1 api.Mode true',
    )
    expect(render('{{ . }} {{ printf "%+v" . }}', new Message({ Name: 'a', Port: 1, Inner: '' }))).toBe(
      '&{a 1 } &{Name:a Port:1 Inner:}',
    )
  })

  it('compare as pointers', () => {
    expect(
      render('{{ eq .a .a }} {{ eq .a .b }} {{ eq .n nil }}', { a: message, b: new Message({}), n: new Message(null) }),
    ).toBe('true false true')
  })

  it('become documents with integers that keep their digits', () => {
    const list = typedList('[]interface {}', [
      intOf(9007199254740993n, 'int64'),
      new Message(null),
      message.field('Port'),
    ])
    expect(plainValue({ list })).toEqual({ list: [9007199254740993n, null, 80n] })
  })
})
