import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder for builds that test files share, deleted after the run. */
    readonly bundles: string
  }
}

/** Creates the folder for the bundle that the first test file that needs it builds (`test/cli/bundle.ts`). */
export function setup(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'outrigger-bundles-'))
  project.provide('bundles', folder)
  return () => rmSync(folder, { recursive: true, force: true })
}
