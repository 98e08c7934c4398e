import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { buildPlayground } from '../../../scripts/build-playground.mjs'
import { readPage } from '../../../src/cli/playground/page.ts'
import { createPageServer } from '../../../src/cli/playground/server.ts'
import { examples } from '../../../src/playground/examples.ts'
import { emptyState } from '../../../src/playground/state.ts'

let served: Promise<string> | undefined

/** Builds the page and serves it as `outrigger playground` does; once for all test files of a run. Gives its address. */
export function site(): Promise<string> {
  served ??= serve()
  return served
}

async function serve(): Promise<string> {
  await buildPlayground(fileURLToPath(new URL('../../../dist/playground', import.meta.url)))
  const server = createPageServer(await readPage(), examples[0]?.state ?? emptyState)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // Ends with the run.
  server.unref()
  const { port } = server.address() as AddressInfo
  return `http://127.0.0.1:${port}/`
}
