import { bytesText } from '../lang/text/bytes.ts'
import { maxText, readState, type StateReading } from './state.ts'
import type { PlaygroundState } from './types.ts'

const start = '#v1='
// The length that browsers and most other programs accept.
const maxFragmentLength = 1024 * 1024
// JSON escapes some characters as six.
const maxBytes = 6 * maxText

/** The fragment of a link with a state: deflated JSON in base64url after `#v1=`. */
export async function toFragment(state: PlaygroundState): Promise<string> {
  const bytes = await through(
    new TextEncoder().encode(JSON.stringify(state)),
    new CompressionStream('deflate-raw'),
    maxBytes,
  )
  return `${start}${toBase64Url(bytes)}`
}

/** The fragment of a link to a state, or the problem if there can't be one. */
export async function linkTo(
  state: PlaygroundState,
): Promise<{ readonly fragment: string } | { readonly problem: string }> {
  const read = readState(state)
  if ('problem' in read) return { problem: `The input is too large for a link: ${read.problem}.` }
  const fragment = await toFragment(state)
  if (fragment.length <= maxFragmentLength) return { fragment }
  const has = bytesText(Math.ceil(fragment.length / 1024) * 1024)
  return {
    problem: `The input is too large for a link: it would have ${has}, and browsers support only ${bytesText(maxFragmentLength)}. Remove workloads or cluster objects that aren't needed.`,
  }
}

/** The state of a link, or the problem if it can't be read; never rejects. */
export async function fromFragment(text: string): Promise<StateReading> {
  const fragment = text.startsWith('#') ? text : `#${text}`
  if (!fragment.startsWith(start)) return unreadable('its version is not supported by this page')
  if (fragment.length > maxFragmentLength) return unreadable(`it is longer than ${bytesText(maxFragmentLength)}`)
  const bytes = fromBase64Url(fragment.slice(start.length))
  if (bytes === undefined) return unreadable(notWhole)
  try {
    const json = await through(bytes, new DecompressionStream('deflate-raw'), maxBytes)
    const state = readState(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json)))
    return 'problem' in state ? unreadable(state.problem) : state
  } catch (error) {
    return unreadable(error instanceof TooMuch ? 'it contains too much data' : notWhole)
  }
}

const notWhole = 'it is incomplete or was changed'

function unreadable(why: string): StateReading {
  return { problem: `The link can't be read: ${why}.` }
}

class TooMuch extends Error {
  override readonly name = 'TooMuch'
}

/** Sends bytes through a stream, and fails if more than `max` come out, since a small link could contain gigabytes. */
async function through(
  bytes: Uint8Array<ArrayBuffer>,
  stream: CompressionStream | DecompressionStream,
  max: number,
): Promise<Uint8Array> {
  const writer = stream.writable.getWriter()
  // Invalid bytes cause errors in the reader.
  writer.write(bytes).catch(() => {})
  writer.close().catch(() => {})
  const reader = stream.readable.getReader()
  const parts: Uint8Array[] = []
  let length = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    length += value.length
    if (length > max) {
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
