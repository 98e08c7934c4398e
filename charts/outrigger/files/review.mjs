// `helm test`: sends a review to the webhook through its Service, like the API server, and prints the result.
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

function send() {
  return new Promise((resolve, reject) => {
    const headers = { 'Content-Type': 'application/json' }
    const outgoing = request(url, { method: 'POST', headers, timeout: 10_000, ...(ca && { ca }) }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part) => {
        text += part
      })
      response.on('end', () => resolve({ status: response.statusCode, text }))
      response.on('error', reject)
    })
    outgoing.on('timeout', () => outgoing.destroy(new Error('no response within 10 s')))
    outgoing.on('error', reject)
    outgoing.end(JSON.stringify(review))
  })
}

try {
  const { status, text } = await send()
  const response = status === 200 ? JSON.parse(text).response : undefined
  if (response?.allowed !== true || response.patch === undefined)
    throw new Error(`HTTP ${status}: ${text.slice(0, 2000)}`)
  const operations = JSON.parse(Buffer.from(response.patch, 'base64').toString('utf8'))
  console.log(`${url}: injects, with a patch of ${operations.length} operations`)
} catch (error) {
  console.error(`${url}: ${error.message}`)
  process.exitCode = 1
}
