import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { TestProject } from 'vitest/node'
import { options } from '../../../scripts/esbuild-options.mjs'
import { findAssets } from './assets.ts'
import type { Access } from './cluster.ts'
import { startControlPlane } from './control-plane.ts'
import { existingCluster } from './existing-cluster.ts'

declare module 'vitest' {
  interface ProvidedContext {
    readonly access: Access
    /** The command line, built from the sources as they are now. */
    readonly outrigger: string
  }
}

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** One control plane and one build for all test files. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const assets = findAssets()
  project.provide('outrigger', process.env['OUTRIGGER_MAIN'] ?? (await buildSources()))
  const isThere = process.env['USE_EXISTING_CLUSTER'] === 'true'
  const controlPlane = isThere ? await existingCluster(assets) : await startControlPlane(assets)
  project.provide('access', controlPlane.access)
  return () => controlPlane.stop()
}

async function buildSources(): Promise<string> {
  const outdir = `${root}build/e2e`
  await build({ ...options, entryPoints: [`${root}src/main.ts`], outdir, splitting: true })
  return `${outdir}/main.js`
}
