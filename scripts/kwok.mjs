// Prints the folder with kwok, which stands in for kubelets end to end, and its stages: node scripts/kwok.mjs
// Builds it from its Go module if it isn't there; the first time takes some minutes.
import { execFile } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'

const version = 'v0.8.0'
const stages = ['node/fast', 'pod/fast']

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) console.log(await kwokFolder())

/**
 * The folder with the program `kwok` and the folder `stages`, built if need be. Throws if Go is missing or can't build it.
 * @returns {Promise<string>}
 */
export async function kwokFolder() {
  const folder = join(process.env['OUTRIGGER_CACHE'] ?? join(homedir(), '.cache', 'outrigger'), `kwok-${version}`)
  if (!existsSync(join(folder, 'stages'))) await buildInto(folder)
  return folder
}

/** @param {string} folder */
async function buildInto(folder) {
  const env = { ...process.env, GOBIN: folder, GOFLAGS: '-mod=mod', CGO_ENABLED: '0' }
  const go = async (...args) => (await promisify(execFile)('go', args, { env })).stdout
  console.error(`building kwok ${version} in ${folder}`)
  mkdirSync(folder, { recursive: true })
  await go('install', '-trimpath', '-ldflags', '-s -w', `sigs.k8s.io/kwok/cmd/kwok@${version}`)
  const { Dir } = JSON.parse(await go('mod', 'download', '-json', `sigs.k8s.io/kwok@${version}`))
  const unfinished = join(folder, 'stages.unfinished')
  mkdirSync(unfinished, { recursive: true })
  for (const stage of stages) {
    const from = join(Dir, 'kustomize', 'stage', stage)
    for (const file of readdirSync(from).filter((name) => name.endsWith('.yaml') && name !== 'kustomization.yaml'))
      copyFileSync(join(from, file), join(unfinished, file))
  }
  renameSync(unfinished, join(folder, 'stages'))
}
