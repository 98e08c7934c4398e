import { bytesText } from '../lang/text/bytes.ts'
import { maxText, readState, type StateReading } from './state.ts'
import type { PlaygroundState } from './types.ts'

const start = '#v1='
// What a browser and whoever passes a link on still take.
const maxFragmentLength = 1024 * 1024
// JSON writes some characters as six.
const maxBytes = 6 * maxText

/** The part of a link that carries a state: deflated JSON in base64url behind `#v1=`. */
export async function toFragment(state: PlaygroundState): Promise<string> {
  const bytes = await through(
    new TextEncoder().encode(JSON.stringify(state)),
    new CompressionStream('deflate-raw'),
    maxBytes,
  )
  return `${start}${toBase64Url(bytes)}`
}

/** What is behind the `#` of a link to a state, or a sentence that says why there can't be one. */
export async function linkTo(
  state: PlaygroundState,
): Promise<{ readonly fragment: string } | { readonly problem: string }> {
  const read = readState(state)
  if ('problem' in read) return { problem: `That is too much for a link: ${read.problem}.` }
  const fragment = await toFragment(state)
  if (fragment.length <= maxFragmentLength) return { fragment }
  const has = bytesText(Math.ceil(fragment.length / 1024) * 1024)
  return {
    problem: `That is too much for a link: it would have ${has}, and browsers are sure to take ${bytesText(maxFragmentLength)} only. Leave out workloads or objects of the cluster that don't matter here.`,
  }
}

/** The state of a link, or a sentence that says why it can't be read; never rejects. */
export async function fromFragment(text: string): Promise<StateReading> {
  const fragment = text.startsWith('#') ? text : `#${text}`
  if (!fragment.startsWith(start)) return unreadable('it is of a version that this page does not know')
  if (fragment.length > maxFragmentLength) return unreadable(`it is longer than ${bytesText(maxFragmentLength)}`)
  const bytes = fromBase64Url(fragment.slice(start.length))
  if (bytes === undefined) return unreadable(notWhole)
  try {
    const json = await through(bytes, new DecompressionStream('deflate-raw'), maxBytes)
    const state = readState(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json)))
    return 'problem' in state ? unreadable(state.problem) : state
  } catch (error) {
    return unreadable(error instanceof TooMuch ? 'it holds too much' : notWhole)
  }
}

const notWhole = 'it is not whole, or was changed on its way'

function unreadable(why: string): StateReading {
  return { problem: `The link can't be read: ${why}.` }
}

class TooMuch extends Error {
  override readonly name = 'TooMuch'
}

/** Sends bytes through a stream, and gives up where more than `most` come out: a small link could hold gigabytes. */
async function through(
  bytes: Uint8Array<ArrayBuffer>,
  stream: CompressionStream | DecompressionStream,
  most: number,
): Promise<Uint8Array> {
  const writer = stream.writable.getWriter()
  // What is wrong with the bytes comes out of the reader.
  writer.write(bytes).catch(() => {})
  writer.close().catch(() => {})
  const reader = stream.readable.getReader()
  const parts: Uint8Array[] = []
  let length = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    length += value.length
    if (length > most) {
      await reader.cancel()
      throw new TooMuch()
    }
    parts.push(value)
  }
  const whole = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

// What fits into the arguments of one call.
const chunk = 0x8000

function toBase64Url(bytes: Uint8Array): string {
  let binary = ''
  for (let at = 0; at < bytes.length; at += chunk) binary += String.fromCharCode(...bytes.subarray(at, at + chunk))
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[\w-]*$/.test(text)) return undefined
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
    return Uint8Array.from(binary, (character) => character.charCodeAt(0))
  } catch {
    return undefined
  }
}
