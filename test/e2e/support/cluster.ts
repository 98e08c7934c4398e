import { Agent, request } from 'node:https'
import type { Kind } from '../../../src/cluster/kinds.ts'
import { isObject, type Json, type JsonObject, lookup, lookupString } from '../../../src/lang/json.ts'
import type { Assets } from './assets.ts'
import { type Ran, run } from './program.ts'

/** What it takes to be the administrator of a cluster. */
export interface Access {
  readonly url: string
  readonly token: string
  /** PEM. */
  readonly ca: string
  /** The path of a file that says the same. */
  readonly kubeconfig: string
  /** Where files of the run may go. */
  readonly folder: string
  readonly assets: Assets
}

export interface Answer {
  readonly status: number
  readonly body: Json
  /** As the API server sent them along, without code and date. */
  readonly warnings: readonly string[]
}

/** The administrator's ways to a cluster: its API over kept connections, fast enough for many pods a second, and its tools. */
export interface Cluster {
  readonly access: Access
  /** Rejects when there is no answer. */
  send(method: string, path: string, body?: JsonObject, headers?: Readonly<Record<string, string>>): Promise<Answer>
  /** The object at a path; undefined when it isn't there. */
  get(path: string): Promise<JsonObject | undefined>
  /** What was created, with all defaults. `dryRun`: nothing is kept. */
  create(kind: Kind, object: JsonObject, options?: { readonly dryRun?: boolean }): Promise<JsonObject>
  /** Changes an object by a merge patch. */
  patch(path: string, change: JsonObject): Promise<JsonObject>
  /** Whether there was such an object. */
  remove(path: string): Promise<boolean>
  /** Both throw what the tool printed unless it ends with 0. */
  kubectl(args: readonly string[], input?: string | JsonObject): Promise<Ran>
  /** Whatever it ends with. */
  tryKubectl(args: readonly string[]): Promise<Ran>
  helm(args: readonly string[], values?: JsonObject): Promise<Ran>
  close(): void
}

export function openCluster(access: Access): Cluster {
  const { url, token, ca, kubeconfig, assets } = access
  const agent = new Agent({ keepAlive: true, maxSockets: 64, ca })

  const send: Cluster['send'] = (method, path, body, headers = {}) =>
    new Promise((resolve, reject) => {
      const text = body === undefined ? undefined : JSON.stringify(body)
      const sent = request(
        `${url}${path}`,
        {
          method,
          agent,
          headers: {
            authorization: `Bearer ${token}`,
            accept: 'application/json',
            ...(text !== undefined && {
              'content-type': 'application/json',
              'content-length': Buffer.byteLength(text),
            }),
            ...headers,
          },
        },
        (response) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.on('error', reject)
          response.on('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              body: parsed(Buffer.concat(chunks).toString()),
              warnings: warningsOf(response.headers['warning']),
            }),
          )
        },
      )
      sent.on('error', reject)
      sent.end(text)
    })

  const checked = async (method: string, path: string, body?: JsonObject, type = 'application/json') => {
    const answer = await send(method, path, body, { 'content-type': type })
    if (answer.status >= 300 || !isObject(answer.body)) {
      throw new Error(`${method} ${path}: ${answer.status} ${describe(answer.body)}`)
    }
    return answer.body
  }

  const env = { KUBECONFIG: kubeconfig, ...helmFolders(access) }
  const tool = async (program: string, args: readonly string[], input = '') => {
    const ran = await run(program, args, { env, input })
    if (ran.code !== 0)
      throw new Error(`${program} ${args.join(' ')} ended with ${ran.code}: ${ran.stderr}${ran.stdout}`)
    return ran
  }

  return {
    access,
    send,
    async get(path) {
      const { status, body } = await send('GET', path)
      if (status === 404) return undefined
      if (status !== 200 || !isObject(body)) throw new Error(`GET ${path}: ${status} ${describe(body)}`)
      return body
    },
    create: (kind, object, { dryRun = false } = {}) => {
      const path = pathOf(kind, lookupString(object, 'metadata', 'namespace'))
      return checked('POST', dryRun ? `${path}?dryRun=All` : path, object)
    },
    patch: (path, change) => checked('PATCH', path, change, 'application/merge-patch+json'),
    async remove(path) {
      const { status, body } = await send('DELETE', path)
      if (status === 404) return false
      if (status >= 300) throw new Error(`DELETE ${path}: ${status} ${describe(body)}`)
      return true
    },
    kubectl: (args, input = '') =>
      tool(assets.kubectl, args, typeof input === 'string' ? input : JSON.stringify(input)),
    tryKubectl: (args) => run(assets.kubectl, args, { env }),
    // JSON is YAML, too.
    helm: (args, values) =>
      values === undefined ? tool(assets.helm, args) : tool(assets.helm, [...args, '-f', '-'], JSON.stringify(values)),
    close: () => agent.destroy(),
  }
}

/** The path of the objects of a kind, or of the one with a name. */
export function pathOf({ apiVersion, plural, namespaced }: Kind, namespace = '', name = ''): string {
  const group = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
  const within = namespaced && namespace !== '' ? `/namespaces/${namespace}` : ''
  return `${group}${within}/${plural}${name === '' ? '' : `/${name}`}`
}

/** Why an API server refused. */
export function describe(body: Json): string {
  return lookupString(body, 'message') || JSON.stringify(body)
}

export function itemsOf(list: Json | undefined): readonly JsonObject[] {
  const items = lookup(list, 'items')
  return Array.isArray(items) ? items.filter(isObject) : []
}

// Helm keeps caches and settings of whoever runs it: not those of the person at this machine.
function helmFolders({ folder }: Access): NodeJS.ProcessEnv {
  return { HELM_CACHE_HOME: `${folder}/helm`, HELM_CONFIG_HOME: `${folder}/helm`, HELM_DATA_HOME: `${folder}/helm` }
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch {
    return text
  }
}

// `299 - "text"`, joined by commas; quotes in the text are escaped. RFC 9110, section 5.5, and RFC 7234, section 5.5.
function warningsOf(header: string | readonly string[] | undefined): readonly string[] {
  const text = typeof header === 'string' ? header : (header ?? []).join(', ')
  return [...text.matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, quoted = '']) => quoted.replace(/\\(.)/g, '$1'))
}
