import { describe, expect, test } from 'vitest'
import { compile } from '../../../src/lang/template/compile.ts'
import type { Host } from '../../../src/lang/template/host.ts'
import { sprigFunctions } from '../../../src/lang/template/sprig/index.ts'

/** A host whose clocks stand still until a test changes them, and whose random bytes count up. */
function hostAt(milliseconds: number): Host {
  return {
    wallClock: () => milliseconds,
    monotonicClock: () => 0,
    workClock: () => 0,
    randomBytes: (count) => Uint8Array.from({ length: count }, (_, index) => index),
  }
}

const render = (text: string, host: Host) => compile(text, { functions: sprigFunctions, host }).render({})

describe('a template uses its host', () => {
  test('for the time', () => {
    const host = hostAt(Date.UTC(2024, 1, 29, 12))
    expect(render('{{ now | date "2006-01-02 15:04" }}', host)).toBe('2024-02-29 12:00')
    expect(render('{{ date "2006-01-02" nil }} {{ htmlDate nil }} {{ htmlDateInZone nil "Asia/Tokyo" }}', host)).toBe(
      '2024-02-29 2024-02-29 2024-02-29',
    )
    expect(render('{{ dateInZone "15:04" nil "Asia/Tokyo" }}', host)).toBe('21:00')
    expect(
      render('{{ $then := toDate "2006-01-02" "2024-02-28" }}{{ ago $then }} {{ durationRound $then }}', host),
    ).toBe('36h0m0s 1d')
  })

  test('for random values', () => {
    const host = hostAt(0)
    expect(render('{{ randAlpha 3 }}{{ randNumeric 3 }}', host)).toBe(
      render('{{ randAlpha 3 }}{{ randNumeric 3 }}', host),
    )
    expect(render('{{ uuidv4 }}', host)).toBe('00010203-0405-4607-8809-0a0b0c0d0e0f')
    expect(render('{{ randBytes 3 }}', host)).toBe('AAEC')
    expect(render('{{ randInt 0 1 }}{{ shuffle "a" }}', host)).toBe('0a')
  })

  test('for the limit on time', () => {
    const host = hostAt(0)
    let [time, work] = [0, 0]
    const slow = { ...host, monotonicClock: () => (time += 100), workClock: () => (work += 2000) }
    const waiting = { ...slow, workClock: () => (work += 1) }
    const text = '{{ range until 1000 }}{{ end }}'
    expect(render(text, host)).toBe('')
    expect(() => render(text, slow)).toThrow('took longer than the limit of 2000 ms')
    // Time in which the machine does something else doesn't count.
    expect(render(text, waiting)).toBe('')
    expect(() => render('{{ regexFindAll "a" "aaaaaaaaaaaa" -1 }}', slow)).toThrow('longer than the limit of 500 ms')
  })
})
