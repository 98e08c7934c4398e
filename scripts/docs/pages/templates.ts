import { functionDocs } from '../../../src/injection/render/function-docs.ts'
import { table } from '../markdown.ts'

/** The functions that the injector adds to sprig's. */
export function functionsTable(): string {
  const rows = Object.values(functionDocs).map(({ usage, gives }) => [`\`${usage}\``, gives])
  return table(['function', 'gives'], rows)
}
