import { accessSync, constants } from 'node:fs'
import { join, resolve } from 'node:path'

const programs = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kubectl', 'helm'] as const

/** The path of each program that the suite runs. */
export type Assets = Readonly<Record<(typeof programs)[number], string>>

/** The programs in the folder that KUBEBUILDER_ASSETS names. Throws a sentence that says what to set. */
export function findAssets(env: NodeJS.ProcessEnv = process.env): Assets {
  const folder = env['KUBEBUILDER_ASSETS'] ?? ''
  if (folder === '') {
    throw new Error(
      `KUBEBUILDER_ASSETS isn't set: set it to a folder with ${programs.join(', ')}, as docs/development.md says`,
    )
  }
  const found = programs.map((program) => [program, join(resolve(folder), program)] as const)
  const missing = found.filter(([, path]) => !isProgram(path)).map(([program]) => program)
  if (missing.length > 0) {
    throw new Error(`KUBEBUILDER_ASSETS=${folder} has no ${missing.join(', ')}: docs/development.md says where from`)
  }
  return Object.fromEntries(found) as Assets
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
