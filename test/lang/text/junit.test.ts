import { expect, test } from 'vitest'
import { escapeXml, junitXml } from '../../../src/lang/text/junit.ts'

test('a report counts its cases and has no characters that are invalid in XML', () => {
  const hostile = `a "b" <c> & ]]> \u0000\u001b[31m \ud800 \u{1f600}`
  expect(
    junitXml('all', [
      {
        name: 'one',
        cases: [
          { name: 'good', seconds: 0.5 },
          { name: hostile, seconds: 1, failure: { message: 'two\nlines', text: hostile } },
        ],
      },
    ]),
  ).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="all" tests="2" failures="1" errors="0" time="1.500">
  <testsuite name="one" tests="2" failures="1" errors="0" time="1.500">
    <testcase name="good" time="0.500"/>
    <testcase name="a &quot;b&quot; &lt;c&gt; &amp; ]]&gt; ??[31m \ufffd \u{1f600}" time="1.000">
      <failure message="two&#10;lines">a &quot;b&quot; &lt;c&gt; &amp; ]]&gt; ??[31m \ufffd \u{1f600}</failure>
    </testcase>
  </testsuite>
</testsuites>
`)
  expect(escapeXml('\ufffe\ufdd0')).toBe('?\ufdd0')
})
