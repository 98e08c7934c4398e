import { expect, test } from 'vitest'
import { formatJson } from '../../src/lint/formats/json.ts'
import { formatJunit } from '../../src/lint/formats/junit.ts'
import { formatSarif } from '../../src/lint/formats/sarif.ts'
import { formatText } from '../../src/lint/formats/text.ts'
import type { Finding } from '../../src/lint/rule.ts'
import { rules } from '../../src/lint/rules.ts'

const findings: readonly Finding[] = [
  {
    code: 'IST0118',
    severity: 'info',
    object: { kind: 'Service', namespace: 'shop', name: 'web' },
    path: 'spec.ports[0].name',
    message: 'the name "web" of port 80 has no protocol; did you mean http?',
    fix: 'set `appProtocol`',
    file: './shop & co/web#1.yaml',
    line: 12,
  },
  {
    code: 'IST0125',
    severity: 'error',
    object: { kind: 'Pod', namespace: '', name: 'a<b>\u001B[31m' },
    path: '',
    message: 'sidecar.istio.io/logLevel has a ]]> and a \u0007 and half a \ud83d character',
    fix: 'correct it',
  },
]

test('text: location, message and fix of each finding, and a count', () => {
  expect(formatText(findings.slice(0, 1), { colour: false, width: 50 })).toBe(
    [
      './shop & co/web#1.yaml:12: info IST0118 Service shop/web',
      '    spec.ports[0].name',
      '    The name "web" of port 80 has no protocol; did',
      '    you mean http?',
      '    Fix: set `appProtocol`.',
      '',
      '1 finding: 1 info.',
      '',
    ].join('\n'),
  )
  expect(formatText([], { colour: true })).toBe('No findings.\n')
})

test('text: control characters are replaced', () => {
  const plain = formatText(findings, { colour: false })
  expect(plain).not.toMatch(/[^\P{Cc}\n]/u)
  const coloured = formatText(findings, { colour: true })
  const codes = ['2', '0', '31', '36'].map((code) => `\u001B[${code}m`)
  expect(codes.reduce((text, code) => text.replaceAll(code, ''), coloured)).toBe(plain)
})

test('JSON: the findings and a count', () => {
  expect(JSON.parse(formatJson(findings))).toEqual({ findings, summary: { info: 1, warning: 0, error: 1 } })
})

test('SARIF: every result refers to a known rule and a relative path', () => {
  const log = JSON.parse(formatSarif(findings, { version: '1.2.3' }))
  expect([log.version, log.runs.length, log.$schema]).toEqual([
    '2.1.0',
    1,
    expect.stringMatching(/^https:.*2\.1\.0\.json$/),
  ])
  const { tool, results } = log.runs[0]
  expect(tool.driver.rules.map(({ id }: { id: string }) => id)).toEqual(rules.map(({ code }) => code))
  for (const rule of tool.driver.rules) {
    expect(rule.name).toMatch(/^[A-Z][A-Za-z0-9]+$/)
    expect(['note', 'warning', 'error']).toContain(rule.defaultConfiguration.level)
    expect(Object.keys(rule).sort()).toEqual([
      'defaultConfiguration',
      'fullDescription',
      'help',
      'id',
      'name',
      'shortDescription',
    ])
  }
  for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex].id).toBe(ruleId)
  expect(results[0]).toMatchObject({
    level: 'note',
    message: { text: expect.stringContaining('Service shop/web: the name') },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: 'shop%20&%20co/web%231.yaml' },
          region: { startLine: 12 },
        },
        logicalLocations: [{ name: 'web', fullyQualifiedName: 'Service shop/web spec.ports[0].name' }],
      },
    ],
  })
  expect(results[1].locations[0].physicalLocation).toBeUndefined()
})

test('SARIF: URIs of unusual file names', () => {
  const uri = (file: string) => {
    const [finding] = findings
    const log = JSON.parse(formatSarif(finding === undefined ? [] : [{ ...finding, file }], { version: '' }))
    return log.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri
  }
  expect(['a\\b.yaml', '/tmp/a b?.yaml', 'c:d.yaml', '../ü.yaml', 'half\ud83d'].map(uri)).toEqual([
    'a/b.yaml',
    'file:///tmp/a%20b%3F.yaml',
    './c:d.yaml',
    '../%C3%BC.yaml',
    'half%EF%BF%BD',
  ])
})

test('JUnit: one suite per file, escaped, with failures from a given severity', () => {
  const xml = formatJunit(findings, { failOn: 'warning' })
  expect(xml).toContain('<testsuites name="outrigger lint" tests="2" failures="1">')
  expect(xml).toContain('<testsuite name="./shop &amp; co/web#1.yaml" tests="1" failures="0" errors="0" skipped="0">')
  expect(xml).toContain('classname="Pod a&lt;b&gt;\ufffd[31m"')
  expect(xml).toContain(
    '<failure type="error" message="sidecar.istio.io/logLevel has a ]]&gt; and a \ufffd and half a \ufffd character">',
  )
  // Every tag is closed, in order.
  const open: string[] = []
  for (const [, close, name = '', self] of xml.matchAll(/<(\/?)([a-z][\w-]*)[^>]*?(\/?)>/g)) {
    if (close === '/') expect(open.pop()).toBe(name)
    else if (self !== '/') open.push(name)
  }
  expect(open).toEqual([])
  expect(formatJunit(findings, { failOn: 'info' })).toContain('tests="2" failures="2"')
  expect(formatJunit([], { failOn: 'info' })).toContain('<testcase name="no findings"')
})
