import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  plugins: [
    {
      // The templates are imported as text, as the build does with esbuild's text loader.
      name: 'yaml-as-text',
      enforce: 'pre',
      load(id) {
        return id.endsWith('.yaml') ? `export default ${JSON.stringify(readFileSync(id, 'utf8'))}` : undefined
      },
    },
  ],
  test: {
    include: ['test/**/*.test.ts'],
    // Those need helm or a control plane: `npm run e2e`.
    exclude: ['test/**/*.{e2e,helm}.test.ts'],
    globalSetup: 'test/support/bundles.ts',
    setupFiles: ['test/support/properties.ts'],
    // Only what hangs takes so long, on however busy a machine. Waits end first, and say what they waited for.
    testTimeout: 90_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 45_000, interval: 10 } },
    reporters: ['dot'],
    // Test files share a module registry: what is loaded for one serves the others, which halves the time of a run.
    isolate: false,
    // Many tests wait, for processes, files and time-outs: one worker more than there are cores keeps them busy.
    maxWorkers: availableParallelism() + 1,
  },
})
