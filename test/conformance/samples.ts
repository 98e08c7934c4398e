import { readdirSync, readFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import jsonPatch, { type Operation } from 'fast-json-patch'
import { createInjector } from '../../src/injector.ts'
import type { JsonObject } from '../../src/lang/json.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'
import type { Suite } from './suite.ts'

interface Review {
  readonly apiVersion: string
  readonly request: { readonly uid: string; readonly object: JsonObject }
}

/**
 * Reviews as a real API server sent them, posted to the built server over TLS in both versions of the API: the answer
 * must be the offline one, and its patch must apply. Throws an Error where the server doesn't start.
 */
export async function samples(folder: string): Promise<Suite> {
  const files = readdirSync(folder)
  const server = await startServerProcess()
  const cases = files.flatMap((file) => {
    const sample: Review = JSON.parse(readFileSync(join(folder, file), 'utf8'))
    return ['v1', 'v1beta1'].map((version) => ({
      name: `${file} as ${version}`,
      check: () => check({ ...sample, apiVersion: `admission.k8s.io/${version}` }, server),
    }))
  })
  return { cases, close: server.stop }
}

async function check(review: Review, server: ServerProcess): Promise<string | undefined> {
  const { status, text } = await post(JSON.stringify(review), server)
  if (status !== 200) return `HTTP ${status}: ${text}`
  const answer = JSON.parse(text)
  const offline = createInjector().review(review)
  const differing = Object.entries(JSON.parse(JSON.stringify(offline.response)))
    .filter(([field, value]) => !isDeepStrictEqual(answer.response[field], value))
    .map(([field]) => field)
  if (differing.length > 0) {
    return `the answer differs from the offline one in ${differing.join(', ')}: is dist/ built from this source?`
  }
  if (answer.apiVersion !== review.apiVersion || answer.kind !== 'AdmissionReview')
    return `${answer.apiVersion} ${answer.kind}`
  if (answer.response.uid !== review.request.uid) return `the uid is ${answer.response.uid}`
  const patch: Operation[] = JSON.parse(Buffer.from(answer.response.patch, 'base64').toString())
  const patched: unknown = jsonPatch.applyPatch(structuredClone(review.request.object), patch, true).newDocument
  const { pod } = createInjector().inject(review.request.object, { namespace: 'demo' })
  return isDeepStrictEqual(patched, JSON.parse(JSON.stringify(pod))) ? undefined : 'the patch applied gives another pod'
}

function post(body: string, { port, ca }: ServerProcess): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
    const sent = request(
      { host: 'localhost', port, ca, path: '/inject?timeout=10s', method: 'POST', headers },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }))
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}
