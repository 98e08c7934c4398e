// Runs the tests while every core is busy: npm run test:busy -- [TIMES] [VITEST'S ARGUMENTS...]
import { spawn } from 'node:child_process'
import { chmodSync, closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const vitest = resolve(root, 'node_modules/vitest/vitest.mjs')
const [times = '10', ...args] = process.argv.slice(2)
if (!/^[1-9]\d*$/.test(times)) {
  console.error("usage: npm run test:busy -- [TIMES] [VITEST'S ARGUMENTS...]")
  process.exit(2)
}

const folder = mkdtempSync(join(tmpdir(), 'outrigger-busy-'))
// Some tests run programs as another user.
chmodSync(folder, 0o755)
// Each exits by itself when this process is gone.
const loop = 'const parent = process.ppid; while (process.ppid === parent);'
const loops = Array.from({ length: availableParallelism() }, () =>
  spawn(process.execPath, ['-e', loop], { stdio: 'ignore' }),
)
let run
process.on('exit', () => {
  for (const one of loops) one.kill('SIGKILL')
  endGroup(run)
  rmSync(folder, { recursive: true, force: true })
})
for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => process.exit(1))

let failures = 0
for (let time = 1; time <= Number(times); time++) {
  const began = performance.now()
  const wrong = await runOnce(join(folder, String(time)))
  const seconds = ((performance.now() - began) / 1000).toFixed(0)
  console.log(`run ${time} of ${times}: ${wrong === '' ? 'passed' : 'failed'} in ${seconds} s`)
  if (wrong !== '') failures++
  if (wrong !== '') console.log(wrong)
}
console.log(failures === 0 ? 'all passed' : `${failures} of ${times} failed`)
process.exit(failures === 0 ? 0 : 1)

/** One run of all tests, in a process group and with a temporary folder of its own; returns its failures. */
async function runOnce(place) {
  const temporary = join(place, 'tmp')
  mkdirSync(temporary, { recursive: true })
  const log = join(place, 'log')
  const output = openSync(log, 'w')
  const env = { ...process.env, TMPDIR: temporary }
  run = spawn(process.execPath, [vitest, 'run', ...args], {
    cwd: root,
    env,
    detached: true,
    stdio: ['ignore', output, output],
  })
  closeSync(output)
  const ended = await new Promise((done) => run.once('exit', (code, signal) => done(code ?? signal)))
  const processes = (await hasEnded(run)) ? [] : ['processes of the run were left behind']
  endGroup(run)
  run = undefined
  const files = readdirSync(temporary).map((name) => `left behind in the temporary folder: ${name}`)
  const wrong = ended === 0 ? [] : [readFileSync(log, 'utf8'), `it ended with ${ended}`]
  return [...wrong, ...processes, ...files].join('\n')
}

/** Whether the process group of a child is gone, or goes within some seconds. */
async function hasEnded(child) {
  for (let left = 100; left > 0 && signal(child, 0); left--) await pause(100)
  return !signal(child, 0)
}

function endGroup(child) {
  if (child?.pid !== undefined) signal(child, 'SIGKILL')
}

/** Sends a signal to the process group of a child; returns false if it is gone. */
function signal(child, name) {
  try {
    return process.kill(-child.pid, name)
  } catch (error) {
    if (error.code !== 'ESRCH') throw error
    return false
  }
}
