import { readFileSync } from 'node:fs'
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
  // Test files share a module registry: what is loaded for one serves the others, which halves the time of a run.
  test: { include: ['test/**/*.test.ts'], testTimeout: 20_000, reporters: ['dot'], isolate: false },
})
