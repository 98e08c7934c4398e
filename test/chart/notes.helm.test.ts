import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type JsonObject, lookupString } from '../../src/lang/json.ts'
import { chart, objects, ofKind } from './support/helm.ts'
import { provided } from './support/values.ts'

const own = 'kubectl label namespace NAMESPACE istio.io/rev=outrigger istio-injection- --overwrite'

test.each<[JsonObject, readonly string[], readonly string[]]>([
  [
    {},
    [own, 'istio.io/rev- istio-injection=enabled', 'Secret injector-outrigger-ca', 'injector.values.global.tag'],
    ['WARNING', 'tag default selects'],
  ],
  [{ injector: { fromCluster: true } }, ['the proxies of istiod in istio-system'], ['global.tag']],
  [
    { revision: 'r', tags: ['outrigger', 'prod'], injector: { fromCluster: true }, istioNamespace: 'mesh' },
    ['the proxies of istiod-r in mesh where the tags outrigger, prod are used', own],
    [],
  ],
  [{}, ["--set 'externalTags={default}'", 'outrigger tag set default'], []],
  [{ tags: ['canary'] }, ['istio.io/rev=canary', 'outrigger tag set default --to canary'], []],
  [{ externalTags: ['default'] }, ['outrigger tag set default'], ['externalTags={']],
  [
    { tags: ['outrigger', 'default'] },
    [own, 'tag default selects', 'kubectl get mutatingwebhookconfigurations -l app=sidecar-injector'],
    ['tag set default'],
  ],
  [{ tags: ['default'] }, ['NAMESPACE istio-injection=enabled istio.io/rev-', 'tag default selects'], [own]],
  [
    { ...provided, replicaCount: 1 },
    ['must already trust the CA of tls', 'caBundle of istio-revision-tag-outrigger', 'WARNING: there is one replica'],
    ['Secret injector-outrigger-ca'],
  ],
  [{ certificates: { mode: 'cert-manager' } }, ['cainjector'], ['Secret injector-outrigger-ca']],
])('the notes say what to do next: %j', (values, contained, absent) => {
  const notes = notesOf(values)
  for (const text of contained) expect(notes).toContain(text)
  for (const text of absent) expect(notes).not.toContain(text)
  expect(notes).not.toMatch(/<no value>|%!|\n{3,}/)
})

/** The notes, which `helm template` doesn't print, by way of a copy of the chart that has them as an object. */
function notesOf(values: JsonObject): string {
  const folder = mkdtempSync(join(tmpdir(), 'outrigger-chart-'))
  try {
    cpSync(chart, folder, { recursive: true })
    const notes = readFileSync(join(folder, 'templates/NOTES.txt'), 'utf8')
    writeFileSync(join(folder, 'templates/_notes.tpl'), `{{ define "notes" }}${notes}{{ end }}`)
    writeFileSync(
      join(folder, 'templates/notes.yaml'),
      'apiVersion: v1\nkind: Notes\ntext: {{ include "notes" . | toJson }}\n',
    )
    return lookupString(ofKind(objects(values, { folder }), 'Notes')[0], 'text')
  } finally {
    rmSync(folder, { recursive: true })
  }
}
