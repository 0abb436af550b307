import { InvalidParametersError } from '../room/index.ts'
import { MAX_TEXT_LENGTH, MessageTooLargeError } from '../wire/index.ts'
import { visibleText } from '../wire/visible-text.ts'

/** Control characters, ends of lines, and marks that make what stands around them read in another order. */
const UNFIT = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu
const MAX_NAME = 64
const MAX_REACTION = 32
/** An emoji is one sign, however many code points it is made of; a reaction may be a short word, too. */
export const MAX_REACTION_SIGNS = 8

/** Whether a text may stand in a line among others without changing how those read. */
export function isPlain (text: string): boolean { return text.search(UNFIT) < 0 }

/**
 * A name that somebody gives; `what` is the parameter it came in.
 *
 * @throws {InvalidParametersError}
 */
export function checkName (name: unknown, what = 'name'): string {
  if (typeof name !== 'string' || name.trim() === '') {
    throw new InvalidParametersError(`${what} must not be empty.`)
  }
  const clean = name.trim()
  if ([...clean].length > MAX_NAME) {
    throw new InvalidParametersError(`${what} must have at most ${MAX_NAME} characters.`)
  }
  if (!isPlain(clean)) {
    throw new InvalidParametersError(`${what} must have no control characters and no marks that turn the direction of reading. Type it instead of pasting it.`)
  }
  return clean
}

/** A name that came from others, as it may be shown: without what `checkName` refuses. */
export function plainName (name: string): string {
  return [...name.replace(UNFIT, '').trim()].slice(0, MAX_NAME).join('').trim()
}

/** @throws {InvalidParametersError} unless it is an emoji, or a word of a few signs */
export function checkReaction (emoji: string): void {
  const signs = 'Segmenter' in Intl ? [...new Intl.Segmenter().segment(emoji)].length : 1
  if (visibleText(emoji).trim() === '' || emoji.length > MAX_REACTION || signs > MAX_REACTION_SIGNS || !isPlain(emoji)) {
    throw new InvalidParametersError(`emoji must be one emoji, or at most ${MAX_REACTION_SIGNS} signs without control characters.`)
  }
}

/** @throws {MessageTooLargeError} for a text that is longer than a message */
export function checkLength (text: string): void {
  const bytes = new TextEncoder().encode(text).length
  if (bytes > MAX_TEXT_LENGTH) {
    throw new MessageTooLargeError(`text has ${bytes} bytes and at most ${MAX_TEXT_LENGTH} fit one message. Split it, or send it as a file with room.attach.`)
  }
}
