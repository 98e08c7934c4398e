/**
 * The versions that the tests run with, where no other file says it; `docs/compatibility.md` is made from this. The conformance
 * suite `releases` fails for a folder with other releases or numbers of pods.
 */
export const istioReleases: readonly { readonly version: string; readonly pods: number }[] = [
  { version: '1.18', pods: 54 },
  { version: '1.20', pods: 57 },
  { version: '1.21', pods: 58 },
  { version: '1.22', pods: 60 },
  { version: '1.23', pods: 60 },
  { version: '1.24', pods: 63 },
  { version: '1.25', pods: 64 },
  { version: '1.26', pods: 64 },
  { version: '1.27', pods: 70 },
  { version: '1.28', pods: 72 },
  { version: '1.29', pods: 73 },
  { version: '1.30', pods: 74 },
  { version: '1.31', pods: 74 },
]

/** The control planes that the end-to-end tests are run on. */
export const controlPlanes = ['1.33', '1.36'] as const
