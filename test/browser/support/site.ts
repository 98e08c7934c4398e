import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { basename, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildPlayground } from '../../../scripts/build-playground.mjs'
import { readPage } from '../../../src/cli/playground/page.ts'
import { createPageServer } from '../../../src/cli/playground/server.ts'
import { examples } from '../../../src/playground/examples.ts'
import { emptyState } from '../../../src/playground/state.ts'

const folder = fileURLToPath(new URL('../../../dist/playground', import.meta.url))

let served: Promise<string> | undefined

/** Builds the page and serves it as `outrigger playground` does, once for all test files of a run. Returns its URL. */
export function site(): Promise<string> {
  served ??= serve()
  return served
}

async function serve(): Promise<string> {
  await buildPlayground(folder)
  const server = createPageServer(await readPage(), examples[0]?.state ?? emptyState)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // Doesn't keep the run alive.
  server.unref()
  const { port } = server.address() as AddressInfo
  return `http://127.0.0.1:${port}/`
}

/** Serves the folder as any web server would, for one test. Returns its URL, and how to close it. */
export async function staticSite(): Promise<{ readonly url: string; readonly close: () => void }> {
  await site()
  const server = createServer((request, response) => {
    const name = request.url === '/' ? 'index.html' : (request.url ?? '').slice(1)
    readFile(join(folder, basename(name))).then(
      (content) => response.setHeader('content-type', types[extname(name)] ?? 'application/json').end(content),
      () => response.writeHead(404).end(),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const close = (): void => {
    server.close()
    server.closeAllConnections()
  }
  return { url: `http://127.0.0.1:${port}/`, close }
}

const types: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' }
