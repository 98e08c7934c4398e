import { share } from '../shared.ts'
import { ownCopy } from '../text/own-copy.ts'
import type { YamlValue } from './value.ts'

/** Whole lines of a YAML text, from `start` to before `end`. */
export interface LineRange {
  /** Distinguishes a list with a single item from that item, which has the same lines. */
  readonly kind: 'block' | 'item'
  readonly text: string
  readonly start: number
  readonly end: number
  /** Equal for equal ranges; most likely different for others. */
  readonly hash: number
}

/**
 * A cache of parsed blocks of YAML by their text: most lines that templates render are the same for one pod as for the
 * next. Its values are shared (see ../shared.ts): every reader of a block gets the same one.
 */
export interface BlockCache {
  /** The value of a block that may nest up to `levels` deep; undefined if it isn't cached. */
  find(range: LineRange, levels: number): YamlValue | undefined
  /** Adds the value of a block. It is stored when the block is added a second time, because most blocks occur only once. */
  add(range: LineRange, levels: number, value: YamlValue): void
}

interface Block {
  readonly kind: LineRange['kind']
  readonly text: string
  readonly value: YamlValue
  readonly levels: number
}

const seenOnce: Block = { kind: 'block', text: '', value: null, levels: Number.POSITIVE_INFINITY }

// Istio's sidecar has about a hundred blocks with 20,000 characters in total (nested blocks count at every level).
const maxBlocks = 2000
const maxCharacters = 250_000
const maxBlockLength = 20_000

/** A cache of at most 4,000 blocks with 500,000 characters, which drops the least recently used ones. */
export function createBlockCache(): BlockCache {
  // Two generations: a block that isn't read while a new generation fills up is dropped.
  let recent = new Map<number, Block>()
  let older = new Map<number, Block>()
  let characters = 0

  const put = (hash: number, block: Block) => {
    if (recent.size >= maxBlocks || characters + block.text.length > maxCharacters) {
      older = recent
      recent = new Map()
      characters = 0
    }
    recent.set(hash, block)
    characters += block.text.length
  }

  return {
    find({ kind, text, start, end, hash }, levels) {
      let block = recent.get(hash)
      if (block === undefined) {
        block = older.get(hash)
        if (block === undefined) return undefined
        put(hash, block)
      }
      const fits = block.kind === kind && block.levels <= levels && block.text.length === end - start
      return fits && text.slice(start, end) === block.text ? block.value : undefined
    },
    add({ kind, text, start, end, hash }, levels, value) {
      if (end - start > maxBlockLength) return
      if (!recent.has(hash)) put(hash, seenOnce)
      else put(hash, { kind, text: ownCopy(text.slice(start, end)), levels, value: share(value) })
    },
  }
}
