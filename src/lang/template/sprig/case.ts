/* Upper and lower case by words: title, untitle, swapcase, camelcase, snakecase, kebabcase. */

import { define, type FunctionTable } from '../functions.ts'
import { counted } from './counted.ts'
import {
  characters,
  isLetter,
  isLower,
  isNumber,
  isPunctuation,
  isSpace,
  isTitle,
  isUpper,
  lowerChar,
  titleChar,
  upperChar,
} from './unicode.ts'

const asciiWordCharacter = /[0-9A-Za-z_]/

/** Whether a character separates words for `title`: ASCII except letters, digits and `_`, and any other white space. */
function separatesWords(char: string): boolean {
  if (char.length === 1 && char < '\u0080') return !asciiWordCharacter.test(char)
  return isSpace(char)
}

export function title(text: string): string {
  let previous = ' '
  let result = ''
  for (const char of characters(text)) {
    result += separatesWords(previous) ? titleChar(char) : char
    previous = char
  }
  return result
}

/** Lowercases the first letter of each word. */
export function untitle(text: string): string {
  let atStart = true
  let result = ''
  for (const char of characters(text)) {
    const blank = isSpace(char)
    result += atStart && !blank ? lowerChar(char) : char
    atStart = blank
  }
  return result
}

/** Swaps upper and lower case; a lower-case letter at the start of a word becomes title case. */
export function swapCase(text: string): string {
  let atStart = true
  let result = ''
  for (const char of characters(text)) {
    if (isUpper(char) || isTitle(char)) {
      result += lowerChar(char)
      atStart = false
    } else if (isLower(char)) {
      result += atStart ? titleChar(char) : upperChar(char)
      atStart = false
    } else {
      result += char
      atStart = isSpace(char)
    }
  }
  return result
}

function isConnector(char: string): boolean {
  return char === '-' || char === '_' || isSpace(char)
}

/**
 * `some-words` as `SomeWords`. Connectors at both ends are kept; of several in the middle all but one are kept. Of a
 * run of capitals at the start of a word, all but the first become lower case.
 */
export function camelCase(text: string): string {
  const chars = characters(text)
  const end = chars.length
  let index = chars.findIndex((char) => !isConnector(char))
  // Sprig duplicates the last character if there are only connectors.
  if (index < 0) return end === 0 ? '' : text + (chars[end - 1] ?? '')
  let result = chars.slice(0, index).join('')
  while (index < end) {
    const word = wordEnd(chars, index)
    result += capitalized(chars.slice(index, word))
    let next = word
    while (next < end && isConnector(chars[next] ?? '')) next++
    result += chars.slice(word, next === end ? next : next - 1).join('')
    index = next
  }
  return result
}

function wordEnd(chars: readonly string[], start: number): number {
  let end = start
  while (end < chars.length && !isConnector(chars[end] ?? '')) end++
  return end
}

function capitalized(word: readonly string[]): string {
  let capitals = 0
  while (capitals < word.length && isUpper(word[capitals] ?? '')) capitals++
  return word.map((char, index) => (index === 0 ? upperChar(char) : index < capitals ? lowerChar(char) : char)).join('')
}

/**
 * Lower case with `connector` between words. A word begins with a capital, after a connector, or with a number
 * before lower-case letters.
 */
export function joinWords(text: string, connector: string): string {
  const chars = characters(text)
  let result = ''
  let index = 0
  // Whether the next letter or digit needs a connector before it.
  let afterWord = false
  while (index < chars.length) {
    const char = chars[index] ?? ''
    if (isConnector(char)) {
      result += connector
      afterWord = false
      index++
      continue
    }
    if (isPunctuation(char)) {
      // Dashes and underscores within punctuation are part of it.
      const end = runEnd(chars, index, isPunctuation)
      result += chars.slice(index, end).join('')
      afterWord = false
      index = end
      continue
    }
    const end = lowerWordEnd(chars, index)
    if (afterWord) result += connector
    result += chars
      .slice(index, end)
      .map((each) => (isUpper(each) ? lowerChar(each) : each))
      .join('')
    afterWord = true
    index = end
  }
  return result
}

/** The end of the word that begins at `index`. */
function lowerWordEnd(chars: readonly string[], index: number): number {
  const char = chars[index] ?? ''
  if (isNumber(char)) return runEnd(chars, index, (each) => isNumber(each) || isLowerLetter(each))
  let end = index
  if (isUpper(char)) {
    end = runEnd(chars, index, isUpper)
    // The last of several capitals before a lower-case letter begins the next word.
    if (end < chars.length && isLowerLetter(chars[end] ?? '')) {
      if (end - index > 1) return end - 1
      end = runEnd(chars, end, isLowerLetter)
    }
  } else end = runEnd(chars, index, isLowerLetter(char) ? isLowerLetter : isSymbol)
  const digits = runEnd(chars, end, isNumber)
  return digits < chars.length && isLowerLetter(chars[digits] ?? '') ? end : digits
}

/** Symbols, marks and control characters are words of their own. */
function isSymbol(char: string): boolean {
  return !isLetter(char) && !isNumber(char) && !isPunctuation(char) && !isConnector(char)
}

function isLowerLetter(char: string): boolean {
  return isLetter(char) && !isUpper(char)
}

function runEnd(chars: readonly string[], start: number, belongs: (char: string) => boolean): number {
  let end = start
  while (end < chars.length && belongs(chars[end] ?? '')) end++
  return end
}

export const caseFunctions: FunctionTable = {
  title: define({ params: ['string'], call: title }),
  untitle: define({ params: ['string'], call: untitle }),
  swapcase: define({ params: ['string'], call: swapCase }),
  camelcase: counted(define({ params: ['string'], call: camelCase })),
  snakecase: counted(define({ params: ['string'], call: (text) => joinWords(text, '_') })),
  kebabcase: counted(define({ params: ['string'], call: (text) => joinWords(text, '-') })),
}
