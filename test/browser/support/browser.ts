import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium'

let started: Promise<Browser> | undefined

/** Chromium, shared by all test files of a run; it exits with vitest's worker. */
export function browser(): Promise<Browser> {
  if (!existsSync(executablePath))
    throw new Error(`these tests need chromium: ${executablePath} not found (set CHROMIUM=PATH to use another)`)
  started ??= chromium.launch({ executablePath, args })
  return started
}

const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  // Without requests of the browser itself, every request seen is one of the page.
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
