// Prints the folder with kwok, which stands in for kubelets end to end, and its stages: node scripts/kwok.mjs
// Builds it from its Go module if it isn't there; the first time takes some minutes.
import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const version = 'v0.8.0'
const stages = ['node/fast', 'pod/fast']

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) console.log(kwokFolder())

/**
 * The folder with the program `kwok` and the folder `stages`, built if need be. Throws if Go is missing or can't build it.
 * @returns {string}
 */
export function kwokFolder() {
  const folder = join(process.env['OUTRIGGER_CACHE'] ?? join(homedir(), '.cache', 'outrigger'), `kwok-${version}`)
  if (!existsSync(join(folder, 'stages'))) buildInto(folder)
  return folder
}

/** @param {string} folder */
function buildInto(folder) {
  const go = (...args) => {
    // Only errors are for whoever waits.
    const options = { env: { ...process.env, GOBIN: folder, GOFLAGS: '-mod=mod', CGO_ENABLED: '0' }, encoding: 'utf8' }
    return execFileSync('go', args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  }
  console.error(`building kwok ${version} in ${folder}`)
  mkdirSync(folder, { recursive: true })
  go('install', '-trimpath', '-ldflags', '-s -w', `sigs.k8s.io/kwok/cmd/kwok@${version}`)
  const { Dir } = JSON.parse(go('mod', 'download', '-json', `sigs.k8s.io/kwok@${version}`))
  const unfinished = join(folder, 'stages.unfinished')
  mkdirSync(unfinished, { recursive: true })
  for (const stage of stages) {
    const from = join(Dir, 'kustomize', 'stage', stage)
    for (const file of readdirSync(from).filter((name) => name.endsWith('.yaml') && name !== 'kustomization.yaml'))
      copyFileSync(join(from, file), join(unfinished, file))
  }
  renameSync(unfinished, join(folder, 'stages'))
}
