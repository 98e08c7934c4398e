import { join } from 'node:path'
import { cases } from './cases.ts'
import { goldenManifests, goldenPods } from './golden.ts'
import { provenance } from './provenance.ts'
import { releaseConfigurations, releases } from './releases.ts'
import { samples } from './samples.ts'
import { strategicMerge } from './strategic-merge.ts'
import type { Suite } from './suite.ts'
import { template } from './template.ts'
import { injectedPods, refusedPods } from './validation.ts'
import { yaml } from './yaml.ts'

/** Reads a suite from the folder that holds its data. */
export type SuiteReader = (folder: string) => Suite | Promise<Suite>

/** The folder of the repository with the data of its own suites, from where `npm run` runs. */
export const repositoryFolder = 'conformance'

/** The suites whose data is in `conformance/`. */
export const repositorySuites: Readonly<Record<string, SuiteReader>> = {
  generated: (folder) => goldenPods(join(folder, 'generated')),
  provenance: (folder) => provenance(join(folder, 'generated')),
  'strategic-merge': (folder) => strategicMerge(join(folder, 'strategic-merge')),
  template: (folder) => template(join(folder, 'template')),
  yaml: (folder) => yaml(join(folder, 'yaml')),
  'refused-pods': (folder) => refusedPods(join(folder, 'validation')),
  'injected-pods': (folder) => injectedPods(join(folder, 'validation'), join(folder, 'generated')),
}

/** The suites whose data can't be in the repository, as it contains pods of Istio's own tests, and its releases' templates. */
export const outsideSuites: Readonly<Record<string, SuiteReader>> = {
  suite: (folder) => goldenPods(join(folder, 'golden/suite')),
  'suite-provenance': (folder) => provenance(join(folder, 'golden/suite')),
  manifests: (folder) => goldenManifests(join(folder, 'golden/manifests')),
  releases: (folder) => releases(join(folder, 'releases')),
  'release-configurations': (folder) => releaseConfigurations(join(folder, 'releases')),
  samples: (folder) => samples(join(folder, 'samples')),
  cases: (folder) => cases(join(folder, 'cases')),
}
