import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium'

let started: Promise<Browser> | undefined

/** Chromium, one for all test files of a run: vitest's worker takes it along when it ends. */
export function browser(): Promise<Browser> {
  if (!existsSync(executablePath))
    throw new Error(`these tests need chromium: ${executablePath} is not there (CHROMIUM=PATH names another)`)
  started ??= chromium.launch({ executablePath, args })
  return started
}

const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  // The browser itself asks nobody for anything, so that each request that is seen is one of the page.
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
