import { readFile } from 'node:fs/promises'
import { writeYaml } from '../../lang/yaml/write.ts'
import { devCertificate, devCertificateFiles } from '../../webhook/certificates/dev.ts'
import {
  type CertificateDescription,
  CertificateError,
  checkPair,
  describeCertificate,
  missingNames,
} from '../../webhook/certificates/pair.ts'
import type { NamedFlags, ShowFlags } from '../commands/certs.ts'
import { CliError, type ExitCode, exit, fileReason } from '../exit.ts'
import { type Io, pathOf } from '../io.ts'

/** `outrigger certs make`: creates certificates that are missing or about to expire. */
export async function makeCertificates(flags: NamedFlags, io: Io): Promise<ExitCode> {
  const folder = pathOf(flags.dir, io)
  const { made, description } = await devCertificate(folder, flags.name).catch(sayWhy)
  const until = day(description.notAfter)
  io.stdout.write(
    made === undefined
      ? `${folder} already contains a certificate, valid until ${until}\n`
      : `created ${made} in ${folder}, valid until ${until}, for ${description.names.join(', ')}\n`,
  )
  return exit.success
}

/** `outrigger certs show`: prints the contents of the certificates. */
export async function showCertificates(flags: ShowFlags, io: Io): Promise<ExitCode> {
  const files = devCertificateFiles(pathOf(flags.dir, io))
  const certificates = [
    { role: 'CA', file: files.ca, ...(await describeFile(files.ca)) },
    { role: 'serving', file: files.certificate, ...(await describeFile(files.certificate)) },
  ]
  if (flags.output === 'json') io.stdout.write(`${JSON.stringify(certificates, null, 2)}\n`)
  else if (flags.output === 'yaml') io.stdout.write(writeYaml(JSON.parse(JSON.stringify(certificates))))
  else io.stdout.write(certificates.map(table).join('\n'))
  return exit.success
}

/** `outrigger certs check`: whether the server could start with the certificates. Exits with 1 if not. */
export async function checkCertificates(flags: NamedFlags, io: Io): Promise<ExitCode> {
  const files = devCertificateFiles(pathOf(flags.dir, io))
  const pair = {
    certificate: await readPem(files.certificate),
    key: await readPem(files.key),
    ca: await readPem(files.ca),
  }
  try {
    const description = checkPair(pair, new Date())
    const missing = missingNames(description, ['localhost', ...(flags.name ?? [])])
    if (missing.length > 0) throw new CertificateError(`it is not valid for ${missing.join(', ')}`)
    io.stdout.write(`ok: ${files.certificate} is valid until ${day(description.notAfter)}\n`)
    return exit.success
  } catch (error) {
    if (!(error instanceof CertificateError)) throw error
    io.stdout.write(`bad: ${files.certificate}: ${error.message}\n`)
    const names = (flags.name ?? []).map((name) => ` --name ${name}`).join('')
    io.stdout.write(`fix: outrigger certs make --dir ${flags.dir}${names}\n`)
    return exit.found
  }
}

async function describeFile(file: string): Promise<CertificateDescription> {
  const pem = await readPem(file)
  try {
    return describeCertificate(pem)
  } catch (error) {
    return sayWhy(error, `${file}: `)
  }
}

async function readPem(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new CliError(`${file} can't be read: ${fileReason(error)} (create it with outrigger certs make)`)
  }
}

function sayWhy(error: unknown, place = ''): never {
  if (error instanceof CertificateError) throw new CliError(`${place}${error.message}`)
  throw error
}

function table(certificate: CertificateDescription & { readonly role: string; readonly file: string }): string {
  const { role, file, subject, issuer, names, notBefore, notAfter, fingerprint } = certificate
  const rows = [
    [role, file],
    ['subject', subject],
    ['issuer', issuer],
    ['names', names.join(', ') || '-'],
    ['valid', `${day(notBefore)} to ${day(notAfter)}`],
    ['SHA-256', fingerprint],
  ]
  return rows.map(([name = '', value]) => `${name.padEnd(9)}${value}\n`).join('')
}

function day(date: Date): string {
  return date.toISOString().slice(0, 16).replace('T', ' ').concat(' UTC')
}
