import { titleOf } from '../../kubernetes/objects.ts'
import { countBySeverity } from '../analyze.ts'
import type { Finding, Severity } from '../rule.ts'
import { sentence } from './sentence.ts'

export interface TextOptions {
  readonly colour: boolean
  /** The width at which lines are wrapped; undefined for a file or a pipe: lines aren't wrapped. */
  readonly width?: number | undefined
}

// https://en.wikipedia.org/wiki/ANSI_escape_code#Select_Graphic_Rendition_parameters
const styles: Readonly<Record<Severity | 'faint', string>> = { error: '31', warning: '33', info: '36', faint: '2' }
const indent = '    '

/** Formats findings for people: each with its location, message and fix; the last line counts them. */
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

/** A message starts in lower case, so that it can follow a colon; on its own line it is a sentence. */
function asSentence(message: string): string {
  // Names, such as those of annotations, keep their spelling.
  const isName = /^\S*[./A-Z]/.test(message)
  return sentence(isName ? message : message.charAt(0).toUpperCase() + message.slice(1))
}

function wrapped(text: string, width: number | undefined): readonly string[] {
  const max = Math.max((width ?? Number.POSITIVE_INFINITY) - indent.length, 20)
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (line !== '' && longer.length > max) {
      lines.push(line)
      line = word
    } else line = longer
  }
  return [...lines, line].map((one) => indent + one)
}

/** Replaces control characters, line breaks included: names and values come from manifests and could control a terminal. */
function clean(text: string): string {
  return text.replace(/\p{Cc}/gu, ' ')
}
