import { titleOf } from '../../kubernetes/objects.ts'
import { countBySeverity } from '../analyze.ts'
import type { Finding, Severity } from '../rule.ts'
import { sentence } from './sentence.ts'

export interface TextOptions {
  readonly colour: boolean
  /** Longer lines are broken between words; undefined for a file or a pipe, whose lines are as long as they are. */
  readonly width?: number | undefined
}

// https://en.wikipedia.org/wiki/ANSI_escape_code#Select_Graphic_Rendition_parameters
const styles: Readonly<Record<Severity | 'faint', string>> = { error: '31', warning: '33', info: '36', faint: '2' }
const indent = '    '

/** Findings for people: each with its place, what is wrong and what to do; the last line counts them. */
export function formatText(findings: readonly Finding[], { colour, width }: TextOptions): string {
  const paint = (style: Severity | 'faint', text: string) =>
    colour ? `\u001B[${styles[style]}m${text}\u001B[0m` : text
  const blocks = findings.map(({ code, severity, object, path, message, fix, file, line }) => {
    const place = file === undefined ? '' : `${paint('faint', clean(`${file}:${line}:`))} `
    return [
      `${place}${paint(severity, `${severity} ${code}`)} ${clean(titleOf(object))}`,
      ...(path === '' ? [] : [indent + paint('faint', clean(path))]),
      ...wrapped(clean(asSentence(message)), width),
      ...wrapped(`Fix: ${clean(fix)}.`, width),
      '',
    ]
  })
  return `${[...blocks.flat(), summary(findings)].join('\n')}\n`
}

function summary(findings: readonly Finding[]): string {
  if (findings.length === 0) return 'No findings.'
  const counts = countBySeverity(findings)
  const parts = (['error', 'warning', 'info'] as const)
    .filter((severity) => counts[severity] > 0)
    .map((severity) => `${counts[severity]} ${severity}${counts[severity] === 1 || severity === 'info' ? '' : 's'}`)
  return `${findings.length === 1 ? '1 finding' : `${findings.length} findings`}: ${parts.join(', ')}.`
}

/** A message begins in lower case, so that it can follow a colon; on a line of its own it is a sentence. */
function asSentence(message: string): string {
  // A name, such as that of an annotation, is spelt as it is.
  const isName = /^\S*[./A-Z]/.test(message)
  return sentence(isName ? message : message.charAt(0).toUpperCase() + message.slice(1))
}

function wrapped(text: string, width: number | undefined): readonly string[] {
  const most = Math.max((width ?? Number.POSITIVE_INFINITY) - indent.length, 20)
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (line !== '' && longer.length > most) {
      lines.push(line)
      line = word
    } else line = longer
  }
  return [...lines, line].map((one) => indent + one)
}

/** On one line, and without the control characters that would drive a terminal: names and values come from manifests. */
function clean(text: string): string {
  return text.replace(/\p{Cc}/gu, ' ')
}
