import { readFileSync, writeFileSync } from 'node:fs'
import { firstDifference } from './difference.ts'

/** A file of the repository that a program writes. */
export interface GeneratedFile {
  /** Relative to the root of the repository. */
  readonly file: string
  /** The expected content; `current` is the present one. Throws a GeneratorFault if it can't be generated. */
  readonly generate: (current: string) => string | Promise<string>
}

/** A file can't be generated; the message contains the reason. */
export class GeneratorFault extends Error {}

/** Where files are read and written, and lines printed. */
export interface GeneratorIo {
  readonly read: (file: string) => string
  readonly write: (file: string, text: string) => void
  readonly print: (line: string) => void
  readonly printError: (line: string) => void
}

/** The repository itself: npm runs commands in its root. */
export const repository: GeneratorIo = {
  read: (file) => readFileSync(file, 'utf8'),
  write: writeFileSync,
  print: console.log,
  printError: console.error,
}

/**
 * `npm run NAME`: writes outdated files; with `--check` it only lists them. Returns the exit code: 0 for success, 1 for an
 * outdated file with `--check`, 2 for invalid usage or a fault.
 */
export async function runGenerator(
  name: string,
  files: readonly GeneratedFile[],
  args: readonly string[],
  io: GeneratorIo,
): Promise<number> {
  const [flag, ...others] = args
  if (others.length > 0 || (flag !== undefined && flag !== '--check')) {
    io.printError(`usage: npm run ${name} [-- --check]`)
    return 2
  }
  let stale = 0
  for (const { file, generate } of files) {
    const current = io.read(file)
    const generated = await tryGenerate(generate, current)
    if (generated instanceof GeneratorFault) {
      io.printError(`npm run ${name}: ${file}: ${generated.message}`)
      return 2
    }
    const difference = firstDifference(current, generated)
    if (difference === undefined) continue
    stale += 1
    if (flag === '--check') io.printError(`${file} is not what npm run ${name} writes, from ${difference}`)
    else {
      io.write(file, generated)
      io.print(`wrote ${file}`)
    }
  }
  if (stale === 0) io.print(`${files.length} files are current`)
  return flag === '--check' && stale > 0 ? 1 : 0
}

async function tryGenerate(generate: GeneratedFile['generate'], current: string): Promise<string | GeneratorFault> {
  try {
    return await generate(current)
  } catch (error) {
    if (error instanceof GeneratorFault) return error
    throw error
  }
}
