import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inject } from 'vitest'
import { startBalancer } from './balancer.ts'
import type { Cluster } from './cluster.ts'
import { runServers, type Servers } from './installation.ts'
import { type Ran, run } from './program.ts'

/** Where someone types the commands of a page, as the administrator of the cluster and with its tools. */
export interface Terminal {
  /** Runs a line in a shell. A release that it installs is served when this returns. */
  type(line: string): Promise<Ran>
  /** `helm uninstall` of everything that is still installed. */
  close(): Promise<void>
}

/** `files` are there beside the chart, by their names. */
export function openTerminal(cluster: Cluster, files: Readonly<Record<string, string>> = {}): Terminal {
  const { access } = cluster
  const folder = mkdtempSync(join(access.folder, 'terminal-'))
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  const script = (name: string, text: string) => writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 })
  script('outrigger', `exec '${process.execPath}' '${inject('outrigger')}' "$@"`)
  // Nobody runs the image.
  script('docker', 'exit 0')
  for (const program of ['kubectl', 'helm'] as const) symlinkSync(access.assets[program], join(bin, program))
  symlinkSync(fileURLToPath(new URL('../../../charts', import.meta.url)), join(folder, 'charts'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)

  const helmFolder = join(access.folder, 'helm')
  const env = {
    PATH: `${bin}:/usr/bin:/bin`,
    KUBECONFIG: access.kubeconfig,
    HELM_CACHE_HOME: helmFolder,
    HELM_CONFIG_HOME: helmFolder,
    HELM_DATA_HOME: helmFolder,
  }
  const shell = (line: string) => run('/bin/sh', ['-c', line], { env, cwd: folder })
  const releases = new Map<string, Servers>()

  const install = async (line: string, release: string, namespace: string): Promise<Ran> => {
    const balancer = await startBalancer()
    const ran = await shell(`${line} --set service.port=${balancer.port}`)
    if (ran.code === 0) releases.set(release, await runServers(cluster, { release, namespace }, balancer, 1))
    else await balancer.close()
    return ran
  }
  const uninstall = async (line: string, release: string): Promise<Ran> => {
    const ran = await shell(line)
    if (ran.code === 0) await releases.get(release)?.close()
    if (ran.code === 0) releases.delete(release)
    return ran
  }

  return {
    type(line) {
      const [, command, release = ''] = /^helm (install|uninstall) (\S+)/.exec(line) ?? []
      const [, namespace = 'default'] = / (?:-n|--namespace) (\S+)/.exec(line) ?? []
      if (command === 'install') return install(line, release, namespace)
      return command === 'uninstall' ? uninstall(line, release) : shell(line)
    },
    async close() {
      for (const [release, { namespace }] of [...releases])
        await uninstall(`helm uninstall ${release} --namespace ${namespace}`, release)
    },
  }
}
