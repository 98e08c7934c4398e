import { readFileSync } from 'node:fs'
import { controlPlanes, istioReleases } from '../../../test/support/tested-versions.ts'
import { GeneratorFault } from '../../generated/command.ts'
import { table } from '../markdown.ts'

/** Where versions stand that no table of the tests has. */
export const versionFiles = {
  chart: 'charts/outrigger/Chart.yaml',
  schema: 'scripts/schema/go.mod',
  validation: 'conformance/validation/go.mod',
  package: 'package.json',
  ci: '.ci/run',
} as const

/** docs/compatibility.md below its title. */
export function compatibilityPage(): string {
  return [
    'What is tested, and how. `.ci/run` runs all of it, as far as the machine has what it needs: see [development](development.md).',
    '',
    '## Istio',
    '',
    `Outrigger uses the templates, values and MeshConfig that istiod's chart installs, of any release. For each of these releases, its
own configuration is loaded as its chart renders it, and pods must come out as that release's own injector makes them
(\`npm run conformance -- FOLDER\`, suite \`releases\`):`,
    '',
    table(
      ['Istio', 'pods'],
      istioReleases.map(({ version, pods }) => [version, String(pods)]),
    ),
    '',
    `Templates of 1.10 to 1.16 are tested by a scenario, \`test/golden/pods/old-templates\`: \`.EstimatedConcurrency\`, values with
their old names, and an istio-init that doesn't restart.

A newer release may bring templates that are rendered for something else than pods, or that need functions which Outrigger lacks.
Unless pods get them by default, they cause a warning and nothing else: see [templates](templates.md).`,
    '',
    '## Kubernetes',
    '',
    table(
      ['versions', 'tested by'],
      [
        [`\`${kubeVersion()}\``, 'the chart refuses others; it is rendered for versions of this range'],
        [
          controlPlanes.join(', '),
          'the end-to-end tests, on an API server and a controller manager of that version: `npm run e2e`, with the programs in `KUBEBUILDER_ASSETS`',
        ],
        [
          minorOf('validation', /k8s\.io\/kubernetes v1\.(\d+)/),
          'what its API server says of pods before and after injection: `npm run conformance`, suites `refused-pods` and `injected-pods`',
        ],
        [
          minorOf('schema', /k8s\.io\/api v0\.(\d+)/),
          'the fields of pods: the merge and the templates know those of this version, and keep others as they are',
        ],
      ],
    ),
    '',
    '## Node.js',
    '',
    table(
      ['versions', 'tested by'],
      [
        [`\`${find('package', /"node": "([^"]+)"/)}\``, 'every test, with the Node that runs `.ci/run`'],
        [find('ci', /node@(\d+)/), 'every test that needs only Node'],
      ],
    ),
    '',
  ].join('\n')
}

function kubeVersion(): string {
  return find('chart', /^kubeVersion: "?([^"\n]+)"?$/m)
}

function minorOf(file: keyof typeof versionFiles, pattern: RegExp): string {
  return `1.${find(file, pattern)}`
}

function find(file: keyof typeof versionFiles, pattern: RegExp): string {
  const found = pattern.exec(readFileSync(versionFiles[file], 'utf8'))?.[1]
  if (found === undefined) throw new GeneratorFault(`${versionFiles[file]} has no version like ${pattern.source}`)
  return found
}
