import { Option } from '@commander-js/extra-typings'
import type { Json } from '../lang/json.ts'
import { writeYaml } from '../lang/yaml/write.ts'
import type { Io } from './io.ts'

export const outputFormats = ['table', 'json', 'yaml'] as const
export type OutputFormat = (typeof outputFormats)[number]

/** The flag `-o` of commands that print a result. */
export function outputOption<const F extends OutputFormat>(formats: readonly [F, ...F[]]) {
  const [first] = formats
  return new Option('-o, --output <format>', 'The output format.').choices(formats).default(first)
}

/** Prints a result: as data, or as a table for people. */
export function printResult(io: Io, format: OutputFormat, value: Json, table: () => string): void {
  if (format === 'table') io.stdout.write(table())
  else printData(io, format, value)
}

/** Prints a result as data. */
export function printData(io: Io, format: Exclude<OutputFormat, 'table'>, value: Json): void {
  io.stdout.write(format === 'json' ? `${JSON.stringify(value, null, 2)}\n` : writeYaml(value))
}
