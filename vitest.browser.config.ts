import { defineConfig } from 'vitest/config'
import base from './vitest.config.ts'

/** The playground in a real browser: needs chromium, at CHROMIUM or /usr/bin/chromium. `docs/development.md` says more. */
export default defineConfig({
  plugins: base.plugins ?? [],
  test: {
    include: ['test/browser/**/*.browser.ts'],
    // Files share one browser and one server; what they measure shouldn't wait for each other.
    fileParallelism: false,
    isolate: false,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    reporters: ['dot'],
  },
})
