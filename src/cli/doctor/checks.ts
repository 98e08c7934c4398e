import type { DoctorCheck } from './check.ts'
import { caBundleCheck } from './checks/ca-bundle.ts'
import { certificateCheck } from './checks/certificate.ts'
import { configurationCheck } from './checks/configuration.ts'
import { endpointsCheck } from './checks/endpoints.ts'
import { installedCheck } from './checks/installed.ts'
import { overlapsCheck } from './checks/overlaps.ts'
import { reachableCheck } from './checks/reachable.ts'
import { selectorsCheck } from './checks/selectors.ts'
import { versionsCheck } from './checks/versions.ts'

/** All that the doctor asks, in the order in which it is told. A new question is a new file of `checks/`. */
export const checks: readonly DoctorCheck[] = [
  installedCheck,
  endpointsCheck,
  reachableCheck,
  caBundleCheck,
  certificateCheck,
  selectorsCheck,
  overlapsCheck,
  configurationCheck,
  versionsCheck,
]
