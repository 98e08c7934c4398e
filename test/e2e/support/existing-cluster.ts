import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isObject, type Json, lookup, lookupString } from '../../../src/lang/json.ts'
import type { Assets } from './assets.ts'
import type { Access } from './cluster.ts'
import { run } from './program.ts'

/** The control plane that KUBECONFIG names, for those who keep one running, as the administrator of it. */
export async function existingCluster(
  assets: Assets,
): Promise<{ readonly access: Access; readonly stop: () => Promise<void> }> {
  const args = ['config', 'view', '--raw', '--minify', '--output', 'json']
  const { code, stdout, stderr } = await run(assets.kubectl, args, { env: { KUBECONFIG: process.env['KUBECONFIG'] } })
  if (code !== 0) throw new Error(`kubectl can't read KUBECONFIG: ${stderr}`)
  const config = JSON.parse(stdout) as Json
  const cluster = lookup(first(config, 'clusters'), 'cluster')
  const token = lookupString(first(config, 'users'), 'user', 'token')
  const ca = Buffer.from(lookupString(cluster, 'certificate-authority-data'), 'base64').toString()
  const url = lookupString(cluster, 'server').replace(/\/$/, '')
  if (token === '' || ca === '') {
    throw new Error(
      `the context in KUBECONFIG must have a token and certificate-authority-data, for ${url || 'a server'}`,
    )
  }
  const folder = mkdtempSync(join(tmpdir(), 'outrigger-e2e-'))
  const kubeconfig = join(folder, 'kubeconfig')
  writeFileSync(kubeconfig, stdout, { mode: 0o600 })
  return {
    access: { url, token, ca, kubeconfig, folder, assets },
    stop: async () => rmSync(folder, { recursive: true, force: true }),
  }
}

function first(config: Json, list: string): Json | undefined {
  const items = lookup(config, list)
  return Array.isArray(items) ? items.find(isObject) : undefined
}
