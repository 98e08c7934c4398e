import type { Json } from '../../lang/json.ts'
import { hasColour, type Io, printable } from '../io.ts'
import { type CheckResult, type DoctorCheck, type Status, statuses } from './check.ts'

/** An outcome, and the check that it is of. */
export interface Diagnosis {
  readonly check: DoctorCheck
  readonly outcome: CheckResult
}

/** As data: `{checks: [{check, status, about, message, fix}], summary: {ok, warn, fail, unknown}}`. */
export function dataOf(diagnoses: readonly Diagnosis[]): Json {
  return {
    checks: diagnoses.map(({ check, outcome: { status, about, message, fix } }) => ({
      check: check.id,
      status,
      about,
      message,
      ...(needsFix(status) && { fix: fix ?? check.fix }),
    })),
    summary: Object.fromEntries(statuses.map((status) => [status, count(diagnoses, status)])),
  }
}

function needsFix(status: Status): boolean {
  return status === 'warn' || status === 'fail'
}

function count(diagnoses: readonly Diagnosis[], status: Status): number {
  return diagnoses.filter(({ outcome }) => outcome.status === status).length
}

// https://en.wikipedia.org/wiki/ANSI_escape_code#Select_Graphic_Rendition_parameters
const colours: Readonly<Record<Status, string>> = { ok: '32', warn: '33', fail: '31', unknown: '36' }
const statusWidth = Math.max(...statuses.map((status) => status.length)) + 2

/** For people: a line for each outcome, the fix below it; the last line counts them. */
export function reportText(diagnoses: readonly Diagnosis[], io: Io): string {
  const paint = (status: Status, text: string) =>
    hasColour(io.stdout, io.env) ? `\u001B[${colours[status]}m${text}\u001B[0m` : text
  const width = io.stdout.isTerminal ? (io.stdout.width ?? 80) : Number.POSITIVE_INFINITY
  const idWidth = Math.max(...diagnoses.map(({ check }) => check.id.length)) + 2
  const indent = ' '.repeat(statusWidth + idWidth)
  const lines = diagnoses.flatMap(({ check, outcome: { status, about, message, fix } }) => {
    const sentence = `${about === '' ? '' : `${about}: `}${message}.`
    const shownFix = needsFix(status) ? (fix ?? check.fix) : fix
    const texts = [sentence, ...(shownFix === undefined ? [] : [`Fix: ${shownFix}.`])]
    const [first = '', ...rest] = texts.flatMap((text) => wrapped(clean(text), width - indent.length))
    const head = paint(status, status.padEnd(statusWidth)) + check.id.padEnd(idWidth)
    return [head + first, ...rest.map((line) => indent + line)]
  })
  return `${[...lines, '', summary(diagnoses)].join('\n')}\n`
}

function summary(diagnoses: readonly Diagnosis[]): string {
  const parts = statuses.flatMap((status) => {
    const number = count(diagnoses, status)
    return number === 0 ? [] : [`${number} ${status}`]
  })
  return `${parts.join(', ')}.`
}

/** Lines of at most so many characters, broken between words. */
function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (line !== '' && longer.length > Math.max(width, 20)) {
      lines.push(line)
      line = word
    } else line = longer
  }
  return [...lines, line]
}

/** On one line: names and error texts come from outside. */
function clean(text: string): string {
  return printable(text)
    .replaceAll(/\s*\n\s*/g, '; ')
    .replaceAll('\t', ' ')
}
