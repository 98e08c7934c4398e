#!/usr/bin/env node
import { processIo } from './cli/io.ts'
import { run } from './cli/run.ts'

// `outrigger inject ... | head` closes the pipe early: nobody is left to read the rest.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 2))

const code = await run(process.argv.slice(2), processIo()).catch((error: unknown) => {
  console.error('outrigger: a fault of the program itself, please report it:', error)
  return 2
})
// A second signal must end the process although connections are still open.
process.stdout.write('', () => process.exit(code))
