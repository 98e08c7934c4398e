import { defineConfig } from 'vitest/config'
import base from './vitest.config.ts'

/** What needs a real control plane or helm: `npm run e2e`. `docs/development.md` says what it takes. */
export default defineConfig({
  plugins: base.plugins ?? [],
  test: {
    include: ['test/{e2e,chart,faults}/**/*.{e2e,helm}.test.ts'],
    globalSetup: ['test/support/bundles.ts', 'test/e2e/support/global-setup.ts'],
    // Webhook configurations are the whole cluster's: one file at a time.
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 180_000,
    reporters: ['verbose'],
  },
})
