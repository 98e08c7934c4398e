import { randomBytes } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { examples } from '../../src/playground/examples.ts'
import { fromFragment, linkTo, toFragment } from '../../src/playground/fragment.ts'
import { emptyState, maxText, noConfiguration, readState } from '../../src/playground/state.ts'

test.each(examples.map(({ id, state }) => [id, state] as const))(
  'the example %s comes through a link as it is',
  async (_, state) => {
    const link = await toFragment(state)
    expect(link).toMatch(/^#v1=[\w-]+$/)
    expect(await fromFragment(link)).toEqual({ state })
  },
)

test('every text comes through a link, the second configuration as well', async () => {
  const text = 'ä €\u{1F600}\n\u0000"<script>&#v1=\t'
  const state = { ...emptyState, workload: text, cluster: text, compare: { ...noConfiguration, mesh: text } }
  expect(await fromFragment(await toFragment(state))).toEqual({ state })
})

const packed = (value: string) => `#v1=${deflateRawSync(value).toString('base64url')}`
const sentence = { problem: expect.stringMatching(/^The link can't be read: .+\.$/) }

test.each([
  ['nothing', ''],
  ['no content', '#v1='],
  ['another version', '#v2=abc'],
  ['no base64', '#v1=a*b'],
  ['no whole base64', '#v1=abcde'],
  ['not deflated', '#v1=AAAA'],
  ['cut', packed(JSON.stringify({ ...emptyState, workload: 'x'.repeat(500) })).slice(0, -6)],
  ['no JSON', packed('{')],
  ['a list', packed('[]')],
  ['no UTF-8', `#v1=${deflateRawSync(Buffer.from([0x22, 0xff, 0x22])).toString('base64url')}`],
  ['a number', packed('{"workload": 1}')],
  ['a setting that is none', packed('{"settings": {"nativeSidecars": "maybe"}}')],
  ['too long', `#v1=${'A'.repeat(2 * 1024 * 1024)}`],
  ['a small link that holds much', packed(' '.repeat(7 * maxText))],
  ['more text than a state may hold', packed(JSON.stringify({ workload: 'x'.repeat(maxText + 1) }))],
])('a link with %s is told, and is no state', async (_, link) => {
  expect(await fromFragment(link)).toEqual(sentence)
})

test('what a state leaves out is as in an empty one, and what it has beyond is dropped', () => {
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
])('state %j has a sentence', (json) => {
  expect(readState(json)).toEqual({ problem: expect.any(String) })
})

test('what is too much for a link is said, with what to do', async () => {
  const state = (length: number) => ({ ...emptyState, workload: randomBytes(length / 2).toString('hex') })
  const small = await linkTo(state(1000))
  expect('fragment' in small && (await fromFragment(small.fragment))).toHaveProperty('state')
  expect(await linkTo(state(1_900_000))).toEqual({ problem: expect.stringMatching(/only 1 MiB\. Remove/) })
  expect(await linkTo(state(maxText + 2))).toEqual({ problem: expect.stringMatching(/longer than \d+ characters/) })
})
