import { titleOf } from '../../kubernetes/objects.ts'
import { isAtLeast } from '../analyze.ts'
import { groupBy } from '../group.ts'
import type { Finding, Severity } from '../rule.ts'
import { sentence } from './sentence.ts'

export interface JunitOptions {
  /** The lowest severity that counts as a failure. */
  readonly failOn: Severity
  /** The name of the command. */
  readonly title?: string
}

/** Formats findings as JUnit XML, one suite per file: those of at least `failOn` are failures, others pass. */
export function formatJunit(findings: readonly Finding[], { failOn, title = 'outrigger lint' }: JunitOptions): string {
  const suites = [...groupBy(findings, ({ file }) => file ?? 'cluster')].map(([file, ofFile]) =>
    suite(
      file,
      ofFile.length,
      ofFile.filter((finding) => isFailure(finding, failOn)).length,
      ofFile.map((finding) => testCase(finding, failOn)),
    ),
  )
  const passed = suite(title, 1, 0, [`    <testcase name="no findings" classname="${escaped(title)}"/>`])
  const failures = findings.filter((finding) => isFailure(finding, failOn)).length
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${escaped(title)}" tests="${Math.max(findings.length, 1)}" failures="${failures}">`,
    ...(suites.length === 0 ? [passed] : suites),
    '</testsuites>',
    '',
  ].join('\n')
}

function isFailure({ severity }: Finding, failOn: Severity): boolean {
  return isAtLeast(severity, failOn)
}

function suite(name: string, tests: number, failures: number, cases: readonly string[]): string {
  const head = `  <testsuite name="${escaped(name)}" tests="${tests}" failures="${failures}" errors="0" skipped="0">`
  return [head, ...cases, '  </testsuite>'].join('\n')
}

function testCase(finding: Finding, failOn: Severity): string {
  const { code, severity, object, path, message, fix, file, line } = finding
  const place = file === undefined ? [] : [`${file}:${line}`]
  const text = escaped([...place, ...(path === '' ? [] : [path]), sentence(message), `Fix: ${fix}.`].join('\n'))
  const name = escaped([code, titleOf(object), ...(path === '' ? [] : [path])].join(' '))
  const body = isFailure(finding, failOn)
    ? `      <failure type="${severity}" message="${escaped(message)}">${text}</failure>`
    : `      <system-out>${text}</system-out>`
  return [`    <testcase name="${name}" classname="${escaped(titleOf(object))}">`, body, '    </testcase>'].join('\n')
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}

/** XML can't represent most control characters: https://www.w3.org/TR/xml/#charsets */
function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^\P{Cc}\n\t]|[\ufffe\uffff]/gu, '\ufffd')
    .replace(/[&<>"']/g, (character) => entities[character] ?? character)
}
