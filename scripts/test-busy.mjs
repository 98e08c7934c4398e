// Runs the tests while every core has something else to do: npm run test:busy -- [TIMES] [VITEST'S ARGUMENTS...]
import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const vitest = resolve(root, 'node_modules/vitest/vitest.mjs')
const [times = '10', ...args] = process.argv.slice(2)
if (!/^[1-9]\d*$/.test(times)) {
  console.error("usage: npm run test:busy -- [TIMES] [VITEST'S ARGUMENTS...]")
  process.exit(2)
}

const folder = mkdtempSync(join(tmpdir(), 'outrigger-busy-'))
// Each ends by itself when this process is gone, however it went.
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
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1))

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

/** One run of all tests, in a process group and with a temporary folder of its own; gives what was wrong with it. */
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
  const code = await new Promise((done) => run.once('exit', done))
  const processes = endGroup(run) ? ['processes of the run were left behind'] : []
  run = undefined
  const files = readdirSync(temporary).map((name) => `left behind in the temporary folder: ${name}`)
  const wrong = code === 0 ? [] : [readFileSync(log, 'utf8')]
  return [...wrong, ...processes, ...files].join('\n')
}

/** Kills what is left of the process group of a child; false: nothing was. */
function endGroup(child) {
  try {
    if (child?.pid !== undefined) return process.kill(-child.pid, 'SIGKILL')
  } catch (error) {
    if (error.code !== 'ESRCH') throw error
  }
  return false
}
