import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')

/** Where a sentence is read all the same, and why there is no other way, or why it decides nothing. */
const exceptions: Readonly<Record<string, string>> = {
  'src/cli/doctor/dry-run.ts': 'an API server says in words only which webhook it could not call, and why',
  'src/cluster/ca-bundle.ts': 'an API server names the other manager of a field in the message of a cause only',
  'src/lang/template/state.ts': 'an exhausted stack is a RangeError without a code',
  'src/lang/yaml/js-yaml.ts': "js-yaml's errors have no codes",
  'src/lang/yaml/read.ts': "js-yaml's errors have no codes",
  'src/injection/policy/fault.ts': 'the message of a policy rule is a format that is filled in here',
  'src/testing/check-scenario.ts': 'messageContains of a scenario is about the words',
  'src/cli/test/update.ts': 'messageContains of a scenario is about the words',
  'src/testing/vitest.ts': 'toBeDenied is about the words, toBeSkipped about the code',
  'src/lint/formats/sentence.ts': 'puts a full stop where there is none',
  'src/lint/formats/text.ts': 'writes the first letter in upper case',
  'src/lint/rules/lifetime.ts': 'the text of a template',
  'src/webhook/certificates/dev.ts': 'the same reason is not reported again',
  'src/webhook/certificates/follow.ts': 'the same reason is not reported again',
  'src/webhook/certificates/managed.ts': 'the same reason is not reported again',
}

// What holds sentences, and what asks after their words. Codes are single words with dashes, or Kubernetes' CamelCase.
const sentence = '(?:message|reason|why|detail|summary|meaning|deprecated)'
const chain = '(?:\\w+\\??\\.)*'
const method = '(?:startsWith|endsWith|includes|match|matchAll|search|indexOf|lastIndexOf|replace|replaceAll)'
const readers = [
  new RegExp(`\\b${sentence}\\)?\\??\\.${method}\\(`),
  new RegExp(`\\.(?:test|exec)\\(${chain}(?:${sentence}|fault)\\b(?!\\.)`),
  new RegExp(`\\.(?:includes|has|startsWith|endsWith|indexOf)\\(${chain}${sentence}\\)`),
  new RegExp(`\\b${sentence}\\)? [!=]== (?!undefined|''|'[A-Za-z]+(?:-[a-z]+)*')`),
  new RegExp(`[!=]== ${chain}${sentence}\\b`),
  // A `text` that isn't the source of a template or a line of an editor.
  new RegExp(`(?<=[\\w)])(?<!\\b(?:source|token|next|line|include))\\??\\.text\\??\\.${method}\\(`),
]

function readingLines(file: string): readonly string[] {
  return (
    readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => !/^\s*(?:\/\/|\/?\*)/.test(line))
      // The reason of a decision is a code.
      .filter((line) => readers.some((reader) => reader.test(line.replaceAll('decision.reason', 'code'))))
  )
}

const found = new Map(
  ['src', 'playground']
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => [relative(root, file), readingLines(file)] as const)
    .filter(([, lines]) => lines.length > 0),
)

test('no code reads a sentence: faults are data, and sentences are made from them', () => {
  const others = [...found].filter(([file]) => !Object.hasOwn(exceptions, file))
  expect(others.flatMap(([file, lines]) => lines.map((line) => `${file}: ${line.trim()}`))).toEqual([])
})

test('every exception is still one', () => {
  expect(Object.keys(exceptions).filter((file) => !found.has(file))).toEqual([])
})
