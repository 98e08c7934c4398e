// `helm test`: asks the webhook for a pod through its Service, as the API server does, and says what it answered.
import { readFileSync } from 'node:fs'
import { request } from 'node:https'

const { WEBHOOK_URL, CA_FILE = '', NAMESPACE = 'default' } = process.env
const url = new URL(WEBHOOK_URL)
const ca = CA_FILE === '' ? undefined : readFileSync(CA_FILE)
const review = {
  apiVersion: 'admission.k8s.io/v1',
  kind: 'AdmissionReview',
  request: {
    uid: 'helm-test',
    kind: { group: '', version: 'v1', kind: 'Pod' },
    resource: { group: '', version: 'v1', resource: 'pods' },
    namespace: NAMESPACE,
    operation: 'CREATE',
    dryRun: true,
    object: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'helm-test', namespace: NAMESPACE, labels: { 'sidecar.istio.io/inject': 'true' } },
      spec: { containers: [{ name: 'app', image: 'app' }] },
    },
  },
}

function ask() {
  return new Promise((resolve, reject) => {
    const headers = { 'Content-Type': 'application/json' }
    const asking = request(url, { method: 'POST', headers, timeout: 10_000, ...(ca && { ca }) }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part) => {
        text += part
      })
      response.on('end', () => resolve({ status: response.statusCode, text }))
      response.on('error', reject)
    })
    asking.on('timeout', () => asking.destroy(new Error('no answer within 10 s')))
    asking.on('error', reject)
    asking.end(JSON.stringify(review))
  })
}

try {
  const { status, text } = await ask()
  const response = status === 200 ? JSON.parse(text).response : undefined
  if (response?.allowed !== true || response.patch === undefined)
    throw new Error(`HTTP ${status}: ${text.slice(0, 2000)}`)
  const operations = JSON.parse(Buffer.from(response.patch, 'base64').toString('utf8'))
  console.log(`${url}: injects, with a patch of ${operations.length} operations`)
} catch (error) {
  console.error(`${url}: ${error.message}`)
  process.exitCode = 1
}
