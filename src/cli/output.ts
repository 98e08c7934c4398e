import { Option } from 'commander'
import type { Json } from '../json.ts'
import { writeYaml } from '../yaml/write.ts'
import type { Io } from './io.ts'

export const outputFormats = ['table', 'json', 'yaml'] as const
export type OutputFormat = (typeof outputFormats)[number]

/** The flag `-o` of commands that have a result. */
export function outputOption(formats: readonly OutputFormat[] = outputFormats): Option {
  const [first] = formats
  return new Option('-o, --output <format>', 'The form of the result.').choices(formats).default(first)
}

/** Prints a result: as data, or for people by what `table` gives. */
export function printResult(io: Io, format: OutputFormat, value: Json, table: () => string): void {
  io.stdout.write(renderers[format](value, table))
}

const renderers = {
  table: (_: Json, table: () => string) => table(),
  json: (value: Json) => `${JSON.stringify(value, null, 2)}\n`,
  yaml: (value: Json) => writeYaml(value),
}
