import type { DoctorCheck } from './check.ts'
import { caBundleCheck } from './checks/ca-bundle.ts'
import { certificateCheck } from './checks/certificate.ts'
import { configurationCheck } from './checks/configuration.ts'
import { endpointsCheck } from './checks/endpoints.ts'
import { installedCheck } from './checks/installed.ts'
import { istiodCheck } from './checks/istiod.ts'
import { layoutCheck } from './checks/layout.ts'
import { overlapsCheck } from './checks/overlaps.ts'
import { proxyVersionCheck } from './checks/proxy-version.ts'
import { reachableCheck } from './checks/reachable.ts'
import { selectorsCheck } from './checks/selectors.ts'
import { versionsCheck } from './checks/versions.ts'

/** All checks, in the order of the report. A new check is a new file in `checks/`. */
export const checks: readonly DoctorCheck[] = [
  installedCheck,
  endpointsCheck,
  reachableCheck,
  caBundleCheck,
  certificateCheck,
  selectorsCheck,
  overlapsCheck,
  istiodCheck,
  layoutCheck,
  configurationCheck,
  versionsCheck,
  proxyVersionCheck,
]
