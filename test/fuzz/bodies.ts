import fc from 'fast-check'
import type { JsonObject } from '../../src/lang/json.ts'
import { httpErrors } from '../../src/webhook/server/errors.ts'
import { hostileValue } from '../properties/arbitrary-annotations.ts'
import { checkReply } from './answers.ts'
import { mutate, mutations } from './mutations.ts'
import { fuzzed } from './run-target.ts'
import type { FuzzedServer } from './server.ts'
import type { AnyTarget } from './target.ts'

/* What reaches the webhook over the network: bodies, and bytes that are hardly HTTP. */

const paths = fc.oneof(
  {
    arbitrary: fc.constantFrom(
      '/inject',
      '/inject/cluster/c1/net/n1',
      '/inject?timeout=10s',
      '/inject/:ENV:cluster=c1',
    ),
    weight: 9,
  },
  {
    arbitrary: fc.constantFrom(
      '/inject/%zz',
      '/inject/a/%00',
      '/inject/__proto__/x',
      '/inject//',
      '/x',
      '/inject?timeout=0s',
    ),
    weight: 1,
  },
  { arbitrary: hostileValue.map((text) => `/inject/${encodeURIComponent(text.toWellFormed())}/x`), weight: 1 },
)
const contentTypes = fc.oneof(
  { arbitrary: fc.constant('application/json'), weight: 19 },
  { arbitrary: fc.constantFrom('application/json; charset=utf-8', 'text/plain', 'application/jsonx'), weight: 1 },
)

/** Overwritten bytes, as a faulty connection would corrupt them. */
const splices = fc.array(fc.tuple(fc.nat(100_000), fc.uint8Array({ maxLength: 6 })), { minLength: 1, maxLength: 4 })

function spliced(text: string, changes: readonly (readonly [number, Uint8Array])[]): Buffer {
  const bytes = Buffer.from(text)
  for (const [at, replacement] of changes)
    bytes.set(replacement.subarray(0, Math.max(0, bytes.length - (at % bytes.length))), at % bytes.length)
  return bytes
}

const nested = fc
  .tuple(
    fc.constantFrom(100, 5_000, 200_000),
    fc.constantFrom('[', '{"a":', '[{"a":'),
    fc.constantFrom('object', 'uid', 'kind'),
  )
  .map(([depth, open, field]) => {
    const close = open === '[' ? ']' : open === '[{"a":' ? '}]' : '}'
    const deep = `${open.repeat(depth)}1${close.repeat(depth)}`
    return `{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u","${field}":${deep}}}`
  })

export function bodyTargets(server: FuzzedServer, reviews: readonly JsonObject[]): readonly AnyTarget[] {
  const review = fc.constantFrom(...reviews)
  const changed = fc.tuple(review, mutations).map(([document, changes]) => mutate(document, changes))
  const body: fc.Arbitrary<Buffer> = fc.oneof(
    { arbitrary: changed.map((text) => Buffer.from(text)), weight: 40 },
    { arbitrary: fc.tuple(changed, splices).map(([text, changes]) => spliced(text, changes)), weight: 8 },
    {
      arbitrary: fc.tuple(changed, fc.nat(100_000)).map(([text, at]) => Buffer.from(text.slice(0, at % text.length))),
      weight: 2,
    },
    { arbitrary: fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes)), weight: 2 },
    { arbitrary: fc.json().map((text) => Buffer.from(text)), weight: 1 },
    { arbitrary: nested.map((text) => Buffer.from(text)), weight: 1 },
  )
  const bodies = fuzzed({
    name: 'bodies',
    share: 25_000,
    input: fc.record({ body: body.map(readable), path: paths, contentType: contentTypes }),
    check: async ({ body: bytes, path, contentType }) =>
      checkReply(await server.post(bytes, { path, contentType }), bytes.toString('utf8')),
  })

  const lines = fc.array(
    fc.oneof(fc.constantFrom('POST /inject HTTP/1.1', 'Content-Length: 5', 'Content-Length: -1', ''), header()),
    {
      maxLength: 8,
    },
  )
  const http = fc.oneof(
    lines.map((all) =>
      Buffer.from(`POST /inject HTTP/1.1\r\nContent-Type: application/json\r\n${all.join('\r\n')}\r\n\r\n{"a"`),
    ),
    fc.uint8Array({ minLength: 1, maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    fc
      .tuple(changed, splices)
      .map(([text, changes]) => spliced(`POST /inject HTTP/1.1\r\nHost: x\r\n\r\n${text}`, changes)),
  )
  const wire = fuzzed({
    name: 'bytes on a connection',
    share: 1_000,
    input: http.map(readable),
    check: async (bytes) => {
      // RFC 9110, 10.1.1: a client that expects it gets 100 Continue before the response.
      const text = (await server.send(bytes)).replace(/^HTTP\/1\.1 100 Continue\r\n\r\n/, '')
      const codes = Object.entries(httpErrors).filter(([, { status }]) => text.startsWith(`HTTP/1.1 ${status} `))
      const isDocumented =
        text === '' || text.startsWith('HTTP/1.1 200 ') || codes.some(([code]) => text.includes(`${code}: `))
      if (!isDocumented) throw new Error(`undocumented response: ${JSON.stringify(text.slice(0, 200))}`)
      if (text.includes('injector-fault')) throw new Error('the injector failed')
    },
  })
  return [bodies, wire]
}

function header(): fc.Arbitrary<string> {
  const name = fc.constantFrom(
    'Transfer-Encoding',
    'Expect',
    'Content-Encoding',
    'X',
    '__proto__',
    'Connection',
    'Upgrade',
    'Host',
  )
  const value = fc.constantFrom('chunked', '100-continue', 'gzip', 'close', 'x'.repeat(20_000), '\u0001', 'h2c', '')
  return fc.tuple(name, value).map((pair) => pair.join(': '))
}

/** Lets a failing input be printed as a string. */
function readable(bytes: Buffer): Buffer {
  return Object.defineProperty(bytes, fc.toStringMethod, { value: () => JSON.stringify(bytes.toString('latin1')) })
}
