import { spawn } from 'node:child_process'
import { isatty } from 'node:tty'
import { isObject, type Json, type JsonObject, lookupString } from '../lang/json.ts'
import { bytesText } from '../lang/text/bytes.ts'
import type { PluginEntry } from './kubeconfig-file.ts'

/** What a plugin returned: a token, a client certificate with its key, or both. */
export interface PluginCredential {
  readonly token: string
  /** PEM. */
  readonly certificate: string
  /** PEM. */
  readonly key: string
  /** Milliseconds since 1970; infinite if the plugin doesn't say. */
  readonly expires: number
}

export interface CredentialPlugin {
  /** The cached credential, or that of a new run. Rejects with an Error that says what is wrong with the plugin. */
  current(): Promise<PluginCredential>
  /** The API server refused this one: the next call runs the plugin again. */
  discard(refused: PluginCredential): void
}

export interface PluginOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  /** The cluster as plugins get it, if they ask for it. */
  readonly cluster: () => Promise<JsonObject>
}

const versions: readonly string[] = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1']
const maxPrinted = 2 ** 20
// A plugin that asks someone to log in may take as long as they do.
const unattendedMs = 60_000

/**
 * Runs the credential plugin of a kubeconfig, once for all requests that need it at a time, and again when the credential
 * expires or is refused.
 * https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
 */
export function credentialPlugin(plugin: PluginEntry, options: PluginOptions): CredentialPlugin {
  let cached: PluginCredential | undefined
  let running: Promise<PluginCredential> | undefined
  const renew = async () => {
    try {
      cached = await runPlugin(plugin, options)
      return cached
    } finally {
      running = undefined
    }
  }
  return {
    async current() {
      if (cached !== undefined && Date.now() < cached.expires) return cached
      running ??= renew()
      return running
    },
    discard(refused) {
      if (cached === refused) cached = undefined
    },
  }
}

async function runPlugin(plugin: PluginEntry, { env, cluster }: PluginOptions): Promise<PluginCredential> {
  const { apiVersion, command, interactiveMode } = plugin
  const name = `credential plugin ${command}`
  if (command === '') throw new Error('the exec section of the user has no command')
  if (!versions.includes(apiVersion)) {
    throw new Error(`${name}: apiVersion must be one of ${versions.join(', ')}, not ${JSON.stringify(apiVersion)}`)
  }
  const interactive = interactiveMode !== 'Never' && isatty(0)
  if (interactiveMode === 'Always' && !interactive) {
    throw new Error(`${name} needs a terminal (interactiveMode: Always)`)
  }
  const spec = { interactive, ...(plugin.provideClusterInfo && { cluster: await cluster() }) }
  const info = JSON.stringify({ apiVersion, kind: 'ExecCredential', spec })
  const printed = await outputOf(plugin, { ...env, KUBERNETES_EXEC_INFO: info, ...plugin.env }, interactive)
  return credentialOf(printed, apiVersion, name)
}

function outputOf(plugin: PluginEntry, env: NodeJS.ProcessEnv, interactive: boolean): Promise<string> {
  const { command, args, installHint } = plugin
  const name = `credential plugin ${command}`
  return new Promise((resolve, reject) => {
    // Someone at a terminal must see what the plugin asks, and can answer.
    const child = spawn(command, args, {
      env,
      stdio: interactive ? ['inherit', 'pipe', 'inherit'] : ['ignore', 'pipe', 'pipe'],
    })
    const printed: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] }
    let bytes = 0
    let stopped: string | undefined
    const stop = (reason: string) => {
      stopped = reason
      child.kill('SIGKILL')
    }
    const late = `did not end within ${unattendedMs / 1000} s`
    const timer = interactive ? undefined : setTimeout(stop, unattendedMs, late)
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream]?.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes > maxPrinted) stop(`printed more than ${bytesText(maxPrinted)}`)
        else printed[stream].push(chunk)
      })
    }
    child.on('error', (error: NodeJS.ErrnoException) => {
      const reason = error.code === 'ENOENT' ? 'was not found' : `can't be run: ${error.message}`
      reject(new Error(`${name} ${reason}${installHint === '' ? '' : `. ${installHint.trim()}`}`))
    })
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      if (code === 0) return resolve(Buffer.concat(printed.stdout).toString())
      const said = Buffer.concat(printed.stderr).toString().trim()
      const end = stopped ?? (signal === null ? `exited with code ${code}` : `was ended by ${signal}`)
      reject(new Error(said === '' ? `${name} ${end}` : `${name} ${end}: ${said}`))
    })
  })
}

/** https://kubernetes.io/docs/reference/config-api/client-authentication.v1/ */
function credentialOf(printed: string, apiVersion: string, name: string): PluginCredential {
  const credential = parsed(printed)
  if (lookupString(credential, 'kind') !== 'ExecCredential') throw new Error(`${name} returned no ExecCredential`)
  const version = lookupString(credential, 'apiVersion')
  if (version !== apiVersion) {
    throw new Error(`${name} returned apiVersion ${JSON.stringify(version)} instead of ${JSON.stringify(apiVersion)}`)
  }
  const field = (key: string) => lookupString(credential, 'status', key)
  const [token, certificate, key] = [field('token'), field('clientCertificateData'), field('clientKeyData')]
  if ((certificate === '') !== (key === '')) throw new Error(`${name} returned a client certificate without its key`)
  if (token === '' && certificate === '') throw new Error(`${name} returned neither a token nor a client certificate`)
  const expires = Date.parse(field('expirationTimestamp'))
  return { token, certificate, key, expires: Number.isNaN(expires) ? Number.POSITIVE_INFINITY : expires }
}

function parsed(text: string): Json {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : null
  } catch {
    return null
  }
}
