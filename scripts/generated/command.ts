import { readFileSync, writeFileSync } from 'node:fs'
import { firstDifference } from './difference.ts'

/** A file of the repository that a program writes. */
export interface GeneratedFile {
  /** Counts from the root of the repository. */
  readonly file: string
  /** The file as it should be; `current` is the file as it is. Throws a GeneratorFault where it can't be said. */
  readonly generate: (current: string) => string | Promise<string>
}

/** Why a file can't be generated, for whoever runs the command. */
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
 * `npm run NAME`: writes the files that aren't as they should be; with `--check` it writes nothing and names them. Gives the
 * exit code: 0 good, 1 a file that was checked isn't current, 2 wrong use or a fault.
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
