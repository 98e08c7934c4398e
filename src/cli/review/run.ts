import { randomUUID } from 'node:crypto'
import { loadConfiguration } from '../../config/files.ts'
import { explainInjection } from '../../explain/provenance/explain.ts'
import { injectWithCauses } from '../../explain/provenance/inject.ts'
import type { Provenance } from '../../explain/provenance/types.ts'
import { noFacts } from '../../injection/model/facts.ts'
import { reviewAmong } from '../../kubernetes/workloads/review.ts'
import type { Json } from '../../lang/json.ts'
import { writeYaml } from '../../lang/yaml/write.ts'
import { type Answer, answerReview } from '../../webhook/admission/answer.ts'
import { reviewFaults } from '../../webhook/admission/faults.ts'
import { isReviewFault, readReview } from '../../webhook/admission/review.ts'
import type { ReviewFlags } from '../commands/review.ts'
import { CliError, type ExitCode, exit } from '../exit.ts'
import { type Io, printable } from '../io.ts'
import { splitDocuments } from '../manifests/documents.ts'
import { readOne } from '../manifests/files.ts'
import { configurationOf } from '../settings.ts'
import { explain } from './words.ts'

/** `outrigger review`. Exits with 1 if the pod is denied. */
export async function reviewFile(file: string, flags: ReviewFlags, io: Io): Promise<ExitCode> {
  const configuration = configurationOf(flags, io)
  const { name, text } = await readOne(file, io)
  const review = reviewIn(name, text, flags.namespace)
  const request = readReview(review)
  if (isReviewFault(request)) throw new CliError(`${name}: ${reviewFaults[request.fault]}`)
  const { snapshot } = await loadConfiguration(configuration)
  let provenance: Provenance | undefined
  const answer = answerReview(request, flags.path, {
    hash: snapshot.hash,
    revision: snapshot.revision,
    inject: (one) => {
      if (flags.explain !== true) return injectWithCauses(one, snapshot, noFacts)
      const explained = explainInjection(one, snapshot, noFacts)
      provenance = explained.provenance
      return explained.injection
    },
  })
  if (flags.explain === true) io.stdout.write(printable(explain(answer, provenance)))
  else
    io.stdout.write(flags.output === 'yaml' ? writeYaml(asJson(answer)) : `${JSON.stringify(answer.review, null, 2)}\n`)
  return answer.review.response.allowed ? exit.success : exit.found
}

function asJson({ review }: Answer): Json {
  return JSON.parse(JSON.stringify(review))
}

/** The AdmissionReview in a file, or one for the only pod in it. */
function reviewIn(name: string, text: string, namespace: string): Json {
  const documents = splitDocuments(text).filter(({ body }) => body !== '')
  const faulty = documents.find(({ fault }) => fault !== undefined)
  if (faulty?.fault !== undefined) throw new CliError(`${name}:${faulty.fault}`)
  const values = documents.flatMap(({ value }) => (value === undefined ? [] : [value]))
  const found = reviewAmong(values, { namespace, uid: randomUUID() })
  if ('review' in found) return found.review
  throw new CliError(`${name} ${found.fault}${found.pods > 1 ? ': `outrigger inject` handles all of them' : ''}`)
}
