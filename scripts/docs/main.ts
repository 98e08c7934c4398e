import { repository, runGenerator } from '../generated/command.ts'
import { generate } from './page.ts'
import { pages } from './pages.ts'

// `npm run docs`
const files = pages.map((page) => ({ file: page.file, generate: (current: string) => generate(page, current) }))
process.exitCode = await runGenerator('docs', files, process.argv.slice(2), repository)
