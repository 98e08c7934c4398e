import { describe, expect, it } from 'vitest'
import { failureOf, render } from './render.ts'

describe('dates', () => {
  it.each([
    ['Mon, 02 Jan 2006 15:04:05 MST', 'Mon, 05 Feb 2024 07:08:09 UTC'],
    ['2006-01-02T15:04:05.000Z07:00', '2024-02-05T07:08:09.012Z'],
    ['.999 ,000000 __2 002 _2 3:04pm 06 Janu _2006', '.012 ,012000  36 036  5 7:08am 24 Janu _2024'],
  ])('the layout %s formats as %s', (layout, output) =>
    expect(render('{{ toDate "2006-01-02 15:04:05.999" "2024-02-05 07:08:09.012" | date .l }}', { l: layout })).toBe(
      output,
    ),
  )

  it.each([
    ['2006-01-02', '2024-02-30', 'parsing time "2024-02-30": day out of range'],
    ['2006-01-02', '2024-1-01', 'cannot parse "1-01" as "01"'],
    ['2006', '20244', 'extra text: "4"'],
    ['2006 002 Jan', '2024 060 Mar', 'day-of-year does not match month'],
    ['2006 -07:00', '2024 +25:00', 'time zone offset hour out of range'],
    ['Jan', 'Foo', 'cannot parse "Foo" as "Jan"'],
  ])('mustToDate %s %s fails', (layout, text, reason) =>
    expect(failureOf('{{ mustToDate .l .t }}', { l: layout, t: text })).toContain(reason),
  )

  it.each([
    ['{{ toDate "2006-01-02" "nonsense" }}', '0001-01-01 00:00:00 +0000 UTC'],
    ['{{ toDate "2006-01-02T15:04:05Z07:00" "2024-01-31T07:08:09+02:00" }}', '2024-01-31 07:08:09 +0200 +0200'],
    ['{{ toDate "2006 MST" "2024 GMT+3" }}', '2024-01-01 03:00:00 +0300 GMT+3'],
    [
      '{{ dateInZone "15:04 MST -0700" 1720000000 "Europe/Berlin" }} {{ dateInZone "15:04 MST" 1720000000 "America/Sao_Paulo" }} {{ dateInZone "15:04 MST" 0 "europe/berlin" }}',
      '11:46 CEST +0200 06:46 -03 00:00 UTC',
    ],
    ['{{ date "2006" -99999999999 }} {{ htmlDateInZone 1700000000 "Asia/Tokyo" }}', '-1199 2023-11-15'],
    [
      '{{ with toDate "2006-01-02" "2024-01-31" }}{{ .AddDate 0 1 0 }} {{ .Month }} {{ .Weekday }} {{ .YearDay }} {{ .Sub (toDate "2006" "2024") }}{{ end }}',
      '2024-03-02 00:00:00 +0000 UTC January Wednesday 31 720h0m0s',
    ],
    [
      '{{ $t := toDate "2006" "2024" }}{{ dateModify "-1h1m" $t }} {{ dateModify "x" $t }} {{ unixEpoch $t }} {{ toJson $t }}',
      '2023-12-31 22:59:00 +0000 UTC 2024-01-01 00:00:00 +0000 UTC 1704067200 "2024-01-01T00:00:00Z"',
    ],
    [
      '{{ duration "95" }} {{ duration 95 }} {{ duration (int64 61) }} {{ durationRound "25h" }} {{ durationRound "24h" }} {{ durationRound "-90m" }}',
      '1m35s 0s 1m1s 1d 24h 1h',
    ],
  ])('%s', (text, output) => expect(render(text)).toBe(output))

  it('parses durations like Go', () => {
    expect(failureOf('{{ mustDateModify "1d" now }}')).toContain('time: unknown unit "d" in duration "1d"')
    expect(failureOf('{{ mustDateModify "1" now }}')).toContain('time: missing unit in duration "1"')
    expect(failureOf('{{ mustDateModify "9999999999h" now }}')).toContain('time: invalid duration "9999999999h"')
  })

  it('does not treat a number of the data, a float64, as a time', () => {
    const year = String(new Date().getUTCFullYear())
    expect(render('{{ date "2006" .n }}', { n: 5 })).toBe(year)
  })
})
