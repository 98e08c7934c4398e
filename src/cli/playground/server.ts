import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { PlaygroundState } from '../../playground/types.ts'
import type { Page, PageFile } from './page.ts'

/** The page only runs its own files and only connects to its own origin. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "worker-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const headers: Readonly<Record<string, string>> = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
}

/** Serves the page, and its initial state as /initial.json. */
export function createPageServer(page: Page, initial: PlaygroundState): Server {
  const files: Page = new Map([
    ...page,
    ['initial.json', { type: 'application/json', content: new TextEncoder().encode(JSON.stringify(initial)) }],
  ])
  return createServer((request, response) => answer(request, response, files))
}

function answer(request: IncomingMessage, response: ServerResponse, files: Page): void {
  const file = found(request, files)
  if ('refusal' in file) {
    response.writeHead(file.status, { ...headers, 'content-type': 'text/plain; charset=utf-8' })
    response.end(`${file.refusal}\n`)
  } else {
    response.writeHead(200, { ...headers, 'content-type': file.type, 'content-length': file.content.length })
    response.end(request.method === 'HEAD' ? undefined : file.content)
  }
}

interface Refusal {
  readonly status: number
  readonly refusal: string
}

function found({ method = '', url = '', headers: { host } }: IncomingMessage, files: Page): PageFile | Refusal {
  if (!isLocal(host)) return { status: 403, refusal: 'this page is served to localhost only' }
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, refusal: 'only GET and HEAD are allowed' }
  const [path = ''] = url.split(/[?#]/)
  const file = files.get(path === '/' ? 'index.html' : path.slice(1))
  return file ?? { status: 404, refusal: 'not found' }
}

/** Other host names are rejected, so that other pages can't read this one by DNS rebinding. */
function isLocal(host: string | undefined): boolean {
  return /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(host ?? '')
}
