import { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { watchPendingConnections } from '../../../src/webhook/server/pending-connections.ts'
import { createTurns } from '../../../src/webhook/server/turns.ts'
import { pause } from '../../support/wait.ts'

const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('turns', () => {
  test('runs the continuation of a piece of work before the pieces that wait, each in a turn of its own', async () => {
    const done: string[] = []
    const turns = createTurns(() => false)
    for (const name of ['a', 'b']) {
      turns.add(() => {
        done.push(`${name} read`)
        setImmediate(() => done.push('others'))
        turns.goOn(() => done.push(`${name} answered`))
      })
    }
    expect(done).toEqual([])
    while (done.length < 6) await turn()
    expect(done.filter((step) => step !== 'others')).toEqual(['a read', 'a answered', 'b read', 'b answered'])
    expect(done.slice(0, 3)).toEqual(['a read', 'others', 'a answered'])
  })

  test('delays the next piece while a connection is pending, but no longer than the last one took', async () => {
    let now = 0
    vi.spyOn(performance, 'now').mockImplementation(() => now)
    onTestFinished(() => void vi.restoreAllMocks())
    const done: number[] = []
    let [isPending, checks] = [true, 0]
    const turns = createTurns(() => {
      checks++
      return isPending
    })
    const piece = (ms: number) => () => {
      now += ms
      done.push(ms)
    }
    /** Waits until pending connections have been checked twice more. */
    const twoChecks = async () => {
      for (const before = checks; checks < before + 2; ) await pause(1)
    }
    for (const ms of [60, 500, 0]) turns.add(piece(ms))
    await twoChecks()
    now += 59
    await twoChecks()
    expect(done).toEqual([60])
    now += 1
    while (done.length < 2) await turn()
    await twoChecks()
    now += 499
    await twoChecks()
    expect(done).toEqual([60, 500])
    isPending = false
    while (done.length < 3) await turn()
  })

  test('runs work that is added after all else is done', async () => {
    const done: number[] = []
    const turns = createTurns(() => false)
    for (let index = 0; index < 3; index++) {
      turns.add(() => done.push(index))
      while (done.length <= index) await turn()
      await turn()
      await turn()
    }
    expect(done).toEqual([0, 1, 2])
  })
})

describe('pending connections', () => {
  const socket = (port: number) =>
    Object.assign(new EventEmitter(), { remoteAddress: '10.0.0.1', remotePort: port }) as unknown as Socket

  test('are pending until their first request, until they close, or for a second', () => {
    let now = 0
    const pending = watchPendingConnections(() => now)
    const [early, late] = [socket(1), socket(2)]
    expect(pending.any()).toBe(false)
    pending.opened(early)
    pending.opened(late)
    pending.requested(socket(1))
    expect(pending.any()).toBe(true)
    late.emit('close')
    expect(pending.any()).toBe(false)

    pending.opened(socket(3))
    now = 900
    pending.opened(socket(4))
    expect(pending.any()).toBe(true)
    now = 1000
    pending.requested(socket(4))
    expect(pending.any()).toBe(false)
  })
})
