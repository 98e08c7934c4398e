/** One test case of a JUnit report. */
export interface JunitCase {
  readonly name: string
  readonly classname?: string
  readonly seconds?: number
  readonly failure?: { readonly message: string; readonly type?: string; readonly text: string }
}

export interface JunitSuite {
  readonly name: string
  readonly cases: readonly JunitCase[]
}

/** A report in JUnit's XML, which CI systems read. */
export function junitXml(name: string, suites: readonly JunitSuite[]): string {
  const all = suites.flatMap(({ cases }) => cases)
  const body = suites.map(
    (suite) => `  <testsuite${attributes({ name: suite.name, ...counts(suite.cases) })}>
${suite.cases.map(caseXml).join('')}  </testsuite>
`,
  )
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites${attributes({ name, ...counts(all) })}>
${body.join('')}</testsuites>
`
}

function counts(cases: readonly JunitCase[]) {
  return {
    tests: cases.length,
    failures: cases.filter(({ failure }) => failure !== undefined).length,
    errors: 0,
    time: cases.reduce((sum, { seconds = 0 }) => sum + seconds, 0).toFixed(3),
  }
}

function caseXml({ name, classname, seconds, failure }: JunitCase): string {
  const open = `    <testcase${attributes({ name, classname, time: seconds?.toFixed(3) })}`
  if (failure === undefined) return `${open}/>\n`
  const { message, type, text } = failure
  return `${open}>
      <failure${attributes({ message, type })}>${escapeXml(text)}</failure>
    </testcase>
`
}

function attributes(pairs: Readonly<Record<string, string | number | undefined>>): string {
  return Object.entries(pairs)
    .map(([key, value]) =>
      value === undefined ? '' : ` ${key}="${escapeXml(String(value)).replaceAll('\n', '&#10;')}"`,
    )
    .join('')
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
}

/** Replaces what XML 1.0 can't contain (control characters, lone surrogates) with question marks. */
export function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^\t\n\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '?')
    .replace(/[&<>"]/g, (character) => entities[character] ?? character)
}
