import { schemaFile, valuesFile } from './chart-values.ts'
import type { Page } from './page.ts'
import { alertsFile, alertsPage } from './pages/alerts.ts'
import { annotationsPage } from './pages/annotations.ts'
import { valuesTable } from './pages/chart.ts'
import { commandsPage } from './pages/commands.ts'
import { compatibilityPage, versionFiles } from './pages/compatibility.ts'
import { configurationParts } from './pages/configuration.ts'
import { doctorPage } from './pages/doctor.ts'
import { errorsPage } from './pages/errors.ts'
import { kindsTable } from './pages/explain.ts'
import { metricsPage } from './pages/metrics.ts'
import { reasonsPage } from './pages/reasons.ts'
import { webhooksTable } from './pages/revisions.ts'
import { rulesPage } from './pages/rules.ts'
import { functionsTable } from './pages/templates.ts'

/** Every page of docs/ that is generated, whole or in parts. */
export const pages: readonly Page[] = [
  {
    file: 'docs/alerts.md',
    title: 'Alerts',
    from: [alertsFile, 'scripts/docs/pages/alerts.ts'],
    body: alertsPage,
  },
  {
    file: 'docs/annotations.md',
    title: 'Annotations',
    from: ['src/istio/annotations/registry.ts', 'scripts/docs/pages/annotations.ts'],
    body: annotationsPage,
  },
  { file: 'docs/chart.md', parts: { values: { from: [valuesFile, schemaFile], text: valuesTable } } },
  {
    file: 'docs/commands.md',
    title: 'Commands',
    from: ['src/cli/commands/', 'src/config/settings.ts', 'scripts/docs/pages/commands.ts'],
    body: commandsPage,
  },
  {
    file: 'docs/compatibility.md',
    title: 'Tested versions',
    from: ['test/support/tested-versions.ts', ...Object.values(versionFiles), 'scripts/docs/pages/compatibility.ts'],
    body: compatibilityPage,
  },
  { file: 'docs/configuration.md', parts: configurationParts },
  {
    file: 'docs/doctor.md',
    title: 'What the doctor checks',
    from: ['src/cli/doctor/checks/', 'scripts/docs/pages/doctor.ts'],
    body: doctorPage,
  },
  {
    file: 'docs/errors.md',
    title: 'HTTP errors',
    from: ['src/webhook/server/errors.ts', 'scripts/docs/pages/errors.ts'],
    body: errorsPage,
  },
  {
    file: 'docs/explain.md',
    parts: { kinds: { from: ['src/kubernetes/workloads/kinds.ts'], text: kindsTable } },
  },
  {
    file: 'docs/metrics.md',
    title: 'Metrics',
    from: ['src/webhook/server/metric-table.ts', 'scripts/docs/pages/metrics.ts'],
    body: metricsPage,
  },
  {
    file: 'docs/reasons.md',
    title: 'Reasons',
    from: ['src/injection/model/reasons.ts', 'src/injection/decide/examples.ts', 'scripts/docs/pages/reasons.ts'],
    body: reasonsPage,
  },
  {
    file: 'docs/revisions.md',
    parts: { webhooks: { from: ['src/istio/revisions/webhooks.ts'], text: webhooksTable } },
  },
  {
    file: 'docs/rules.md',
    title: 'Lint rules',
    from: ['src/lint/rules/', 'scripts/docs/pages/rules.ts'],
    body: rulesPage,
  },
  {
    file: 'docs/templates.md',
    parts: { functions: { from: ['src/injection/render/function-docs.ts'], text: functionsTable } },
  },
]
