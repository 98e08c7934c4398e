import { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { watchPendingConnections } from '../../../src/webhook/server/pending-connections.ts'
import { createTurns } from '../../../src/webhook/server/turns.ts'

const turn = () => new Promise((resolve) => setImmediate(resolve))

function busy(ms: number): void {
  const until = performance.now() + ms
  while (performance.now() < until);
}

describe('turns', () => {
  test('what follows from a piece comes before the pieces that wait, each in a turn of its own', async () => {
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

  test('the next piece waits while someone opens a connection, and no longer than the last one took', async () => {
    const ends: number[] = []
    let isOpening = true
    const turns = createTurns(() => isOpening)
    const piece = (ms: number) => () => {
      busy(ms)
      ends.push(performance.now())
    }
    for (const ms of [60, 500, 0]) turns.add(piece(ms))
    while (ends.length < 2) await turn()
    const [first = 0, second = 0] = ends
    expect(second - first).toBeGreaterThanOrEqual(60 + 500)
    isOpening = false
    while (ends.length < 3) await turn()
    expect((ends[2] ?? 0) - second).toBeLessThan(500)
  })

  test('after all is done, what comes is done as well', async () => {
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

describe('newcomers', () => {
  const socket = (port: number) =>
    Object.assign(new EventEmitter(), { remoteAddress: '10.0.0.1', remotePort: port }) as unknown as Socket

  test('are new until their first request, their end, or a second', () => {
    let now = 0
    const newcomers = watchPendingConnections(() => now)
    const [early, late] = [socket(1), socket(2)]
    expect(newcomers.any()).toBe(false)
    newcomers.opened(early)
    newcomers.opened(late)
    newcomers.requested(socket(1))
    expect(newcomers.any()).toBe(true)
    late.emit('close')
    expect(newcomers.any()).toBe(false)

    newcomers.opened(socket(3))
    now = 900
    newcomers.opened(socket(4))
    expect(newcomers.any()).toBe(true)
    now = 1000
    newcomers.requested(socket(4))
    expect(newcomers.any()).toBe(false)
  })
})
