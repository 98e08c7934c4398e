import { isDeepStrictEqual } from 'node:util'
import { diffArrays } from 'diff'
import type { Operation } from '../../kubernetes/patch/operation.ts'
import type { Json } from '../../lang/json.ts'
import { readYaml } from '../../lang/yaml/read.ts'
import type { YamlValue } from '../../lang/yaml/value.ts'
import { writeYaml } from '../../lang/yaml/write.ts'
import { changeTree, parseTree, writeTree } from './yaml-tree.ts'

/**
 * Applies changes to the source of a YAML document: comments, quotes and unrelated lines stay as they are. If that isn't
 * possible (the result is parsed again to check), the document is rewritten without comments.
 */
export function editYaml(text: string, operations: readonly Operation[], result: Json): string {
  const tree = parseTree(text)
  if (tree !== undefined) {
    const rewritten = writeTree(tree, text)
    if (changeTree(tree, operations)) {
      const written = writeTree(tree, text)
      const kept = rewritten === text ? written : keepLines(text, rewritten, written)
      if (says(kept, result)) return kept
      if (says(written, result)) return written
    }
  }
  return writeYaml(result)
}

function says(text: string, value: Json): boolean {
  try {
    return isDeepStrictEqual(readYaml(text), value satisfies YamlValue)
  } catch {
    return false
  }
}

/**
 * Printing a tree normalises its format: `rewritten` is the printed `original`, `changed` the printed tree after changes.
 * Every line that is equal in both is replaced by the original line.
 */
function keepLines(original: string, rewritten: string, changed: string): string {
  const originals = linesBehind(lines(original), lines(rewritten))
  let place = 0
  let text = ''
  for (const { added, removed, value, count } of diffArrays(lines(rewritten), lines(changed))) {
    if (added) {
      text += value.join('')
      continue
    }
    if (!removed) text += originals.slice(place, place + count).join('')
    place += count
  }
  return text
}

/** The original lines of each rewritten line; where several lines became several, all of them at the first. */
function linesBehind(original: readonly string[], rewritten: readonly string[]): readonly string[] {
  const behind: string[] = []
  let pending = ''
  for (const { added, removed, value } of diffArrays([...original], [...rewritten])) {
    if (removed) pending += value.join('')
    else if (added) {
      behind.push(pending, ...value.slice(1).map(() => ''))
      pending = ''
    } else {
      behind.push(`${pending}${value[0] ?? ''}`, ...value.slice(1))
      pending = ''
    }
  }
  return behind
}

function lines(text: string): string[] {
  return text.split(/(?<=\n)/)
}
