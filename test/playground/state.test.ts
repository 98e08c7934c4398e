import { randomBytes } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { examples } from '../../src/playground/examples.ts'
import { fromFragment, linkTo, toFragment } from '../../src/playground/fragment.ts'
import { emptyState, maxText, noConfiguration, readState } from '../../src/playground/state.ts'

test.each(examples.map(({ id, state }) => [id, state] as const))('a link restores the example %s', async (_, state) => {
  const link = await toFragment(state)
  expect(link).toMatch(/^#v1=[\w-]+$/)
  expect(await fromFragment(link)).toEqual({ state })
})

test('a link restores any characters, also in the second configuration', async () => {
  const text = 'ä €\u{1F600}\n\u0000"<script>&#v1=\t'
  const state = { ...emptyState, workload: text, cluster: text, compare: { ...noConfiguration, mesh: text } }
  expect(await fromFragment(await toFragment(state))).toEqual({ state })
})

const packed = (value: string) => `#v1=${deflateRawSync(value).toString('base64url')}`
const problem = { problem: expect.stringMatching(/^The link can't be read: .+\.$/) }

test.each([
  ['nothing', ''],
  ['no content', '#v1='],
  ['another version', '#v2=abc'],
  ['invalid base64', '#v1=a*b'],
  ['truncated base64', '#v1=abcde'],
  ['not deflated', '#v1=AAAA'],
  ['truncated content', packed(JSON.stringify({ ...emptyState, workload: 'x'.repeat(500) })).slice(0, -6)],
  ['invalid JSON', packed('{')],
  ['a list', packed('[]')],
  ['invalid UTF-8', `#v1=${deflateRawSync(Buffer.from([0x22, 0xff, 0x22])).toString('base64url')}`],
  ['a number', packed('{"workload": 1}')],
  ['an invalid setting', packed('{"settings": {"nativeSidecars": "maybe"}}')],
  ['too many characters', `#v1=${'A'.repeat(2 * 1024 * 1024)}`],
  ['little content that inflates to much', packed(' '.repeat(7 * maxText))],
  ['a state that is too large', packed(JSON.stringify({ workload: 'x'.repeat(maxText + 1) }))],
])('reports a link with %s', async (_, link) => {
  expect(await fromFragment(link)).toEqual(problem)
})

test('sets missing fields to their defaults, and drops unknown ones', () => {
  expect(readState({})).toEqual({ state: emptyState })
  expect(readState(JSON.parse('{"__proto__": {"workload": "x"}, "constructor": 1, "extra": [1]}'))).toEqual({
    state: emptyState,
  })
  expect(readState({ compare: {} })).toEqual({ state: { ...emptyState, compare: noConfiguration } })
  expect(readState({ compare: null })).toEqual({ state: emptyState })
})

test.each([
  null,
  1,
  'text',
  [],
  { namespace: [] },
  { namespace: { name: {} } },
  { compare: 'x' },
  { compare: { values: 1 } },
])('reports the invalid state %j', (json) => {
  expect(readState(json)).toEqual({ problem: expect.any(String) })
})

test('reports a state that is too large for a link, with what to remove', async () => {
  const state = (length: number) => ({ ...emptyState, workload: randomBytes(length / 2).toString('hex') })
  const small = await linkTo(state(1000))
  expect('fragment' in small && (await fromFragment(small.fragment))).toHaveProperty('state')
  expect(await linkTo(state(1_900_000))).toEqual({ problem: expect.stringMatching(/only 1 MiB\. Remove/) })
  expect(await linkTo(state(maxText + 2))).toEqual({ problem: expect.stringMatching(/longer than \d+ characters/) })
})
