import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder for what test files build and share, gone after the run. */
    readonly bundles: string
  }
}

/** Makes room for what the first test file that needs it builds: `test/cli/bundle.ts`. */
export function setup(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'outrigger-bundles-'))
  project.provide('bundles', folder)
  return () => rmSync(folder, { recursive: true, force: true })
}
