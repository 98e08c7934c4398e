import { structuredPatch } from 'diff'
import type { JsonObject } from '../lang/json.ts'
import { writeYaml } from '../lang/yaml/write.ts'
import type { DiffLine } from './types.ts'

const context = 3

const kinds: Readonly<Record<string, DiffLine['kind']>> = { '+': 'added', '-': 'removed' }

/** What differs between a pod and another one's YAML, line by line; empty where they are alike. */
export function diffOf(before: JsonObject, after: string): readonly DiffLine[] {
  const { hunks } = structuredPatch('', '', writeYaml(before), after, undefined, undefined, { context })
  return hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines }): readonly DiffLine[] => [
    { kind: 'hunk', text: `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@` },
    ...lines
      .filter((line) => !line.startsWith('\\'))
      .map((line) => ({ kind: kinds[line.charAt(0)] ?? ('same' as const), text: line.slice(1) })),
  ])
}
