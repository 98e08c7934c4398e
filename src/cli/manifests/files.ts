import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { bytesText } from '../../lang/text/bytes.ts'
import { CliError, fileReason } from '../exit.ts'
import { type Io, pathOf } from '../io.ts'

/** An input and its name for messages. */
export interface InputText {
  readonly name: string
  readonly text: string
}

const largest = 256 * 1024 * 1024
const manifestName = /\.(ya?ml|json)$/i

/**
 * Reads the inputs of `-f` in order: files, the manifests of folders by name, `-` for standard input. Throws CliError for
 * the first that can't be read: an incomplete result must not look complete.
 */
export async function readInputs(names: readonly string[], recursive: boolean, io: Io): Promise<readonly InputText[]> {
  if (names.filter((name) => name === '-').length > 1) throw new CliError('standard input (-) can be read only once')
  const inputs: InputText[] = []
  for (const name of names) {
    if (name === '-') inputs.push({ name: 'standard input', text: await readStdin(io) })
    else for (const file of await filesOf(name, recursive, io)) inputs.push(await readInput(file, io))
  }
  return inputs
}

/** Reads a file, or standard input for `-`. Throws CliError. */
export async function readOne(name: string, io: Io): Promise<InputText> {
  return name === '-' ? { name: 'standard input', text: await readStdin(io) } : readInput(name, io)
}

async function filesOf(name: string, recursive: boolean, io: Io): Promise<readonly string[]> {
  const path = pathOf(name, io)
  const isFolder = await stat(path).then(
    (stats) => stats.isDirectory(),
    (error: unknown) => {
      throw new CliError(`${name} can't be read: ${fileReason(error)}`)
    },
  )
  if (!isFolder) return [name]
  const entries = await readdir(path, { recursive, withFileTypes: true })
  const files = entries.filter((entry) => !entry.isDirectory() && manifestName.test(entry.name))
  if (files.length === 0) {
    throw new CliError(
      `${name} contains no .yaml, .yml or .json file${recursive ? '' : ' (use --recursive for subfolders)'}`,
    )
  }
  return files.map((entry) => join(name, entry.parentPath.slice(path.length), entry.name)).sort()
}

async function readInput(name: string, io: Io): Promise<InputText> {
  const path = pathOf(name, io)
  try {
    const { size } = await stat(path)
    if (size > largest) throw new CliError(`${name} is larger than ${bytesText(largest)}`)
    return { name, text: await readFile(path, 'utf8') }
  } catch (error) {
    if (error instanceof CliError) throw error
    throw new CliError(`${name} can't be read: ${fileReason(error)}`)
  }
}

async function readStdin(io: Io): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of io.stdin) {
    text += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })
    if (text.length > largest) throw new CliError('standard input is too large')
  }
  return text + decoder.decode()
}
