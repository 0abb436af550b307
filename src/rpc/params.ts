import { fromString } from 'uint8arrays'
import { InvalidParametersError } from '../engine/errors.ts'

/** How one parameter is read. `must` completes the sentence "… must be …". */
export interface Param<T> {
  must: string
  optional: boolean
  /** undefined: the value does not fit (a read value is never undefined) */
  read (value: unknown): T | undefined
}

export type Fields = Record<string, Param<any>>
export type Values<F extends Fields> = { [K in keyof F]: F[K] extends Param<infer T> ? T : never }

/** IDs are opaque; nothing that is one comes near this many characters */
const MAX_ID_LENGTH = 512

function param<T> (must: string, read: Param<T>['read']): Param<T> {
  return { must, optional: false, read }
}

/** May be left out; null counts as left out, because replies show absent values as null. */
export function optional<T> (of: Param<T>): Param<T | undefined> {
  return { ...of, optional: true }
}

/** Unpaired surrogates would be replaced on the wire: the author would see another text than the readers. */
export const text: Param<string> = param('a string of well-formed Unicode', value => typeof value === 'string' && value.isWellFormed() ? value : undefined)

export const id: Param<string> = param('a non-empty string', value => typeof value === 'string' && value.length > 0 && value.length <= MAX_ID_LENGTH ? value : undefined)

/** NUL ends a path early in the operating system, and half a surrogate pair names another file. */
export const path: Param<string> = param('the path of a file', value => typeof value === 'string' && value.length > 0 && value.length < 4096 && !value.includes('\0') && value.isWellFormed() ? value : undefined)

export const flag: Param<boolean> = param('true or false', value => typeof value === 'boolean' ? value : undefined)

export const yes: Param<true> = param('true', value => value === true ? value : undefined)

export const json: Param<unknown> = param('a JSON value', value => value)

/** Anything that says something. */
export const given: Param<unknown> = param('a JSON value other than null', value => value ?? undefined)

export const record: Param<Record<string, unknown>> = param('an object', value => typeof value === 'object' && value != null && !Array.isArray(value) ? value as Record<string, unknown> : undefined)

/** base64url without padding (RFC 4648 §5); padding is tolerated */
export const binary: Param<Uint8Array> = param('binary data in base64url', value => {
  if (typeof value !== 'string' || !/^[A-Za-z0-9_-]*={0,2}$/.test(value)) {
    return
  }
  try {
    return fromString(value.replace(/[=]+$/, ''), 'base64url')
  } catch {
    return undefined
  }
})

export function whole (least: number, most = Number.MAX_SAFE_INTEGER): Param<number> {
  const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`
  return param(`a whole number ${range}`, value => Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most ? value as number : undefined)
}

/** ms since 1970 */
export const time: Param<number> = { ...whole(0), must: 'a time in ms since 1970' }

/** a place in a room's history */
export const idOrTime: Param<string | number> = param('the ID of a message or a time in ms since 1970', value => typeof value === 'string' ? id.read(value) : time.read(value))

export function fraction (): Param<number> {
  return param('a number from 0 to 1', value => typeof value === 'number' && value >= 0 && value <= 1 ? value : undefined)
}

export function oneOf<T extends string> (...words: T[]): Param<T> {
  return param(`one of ${words.map(word => `"${word}"`).join(', ')}`, value => words.includes(value as T) ? value as T : undefined)
}

export function listOf<T> (of: Param<T>, most: number): Param<T[]> {
  return param(`a list of at most ${most}, each ${of.must}`, value => {
    if (!Array.isArray(value) || value.length > most) {
      return
    }
    const read = value.map(item => of.read(item))
    return read.includes(undefined) ? undefined : read as T[]
  })
}

/** null is a value of its own here (it switches something off) */
export function nullOr<T> (of: Param<T>): Param<T | null> {
  return param(`null or ${of.must}`, value => value === null ? null : of.read(value))
}

/** An object with these fields and no others. */
export function object<F extends Fields> (fields: F): Param<Values<F>> {
  const names = Object.entries(fields).map(([name, { optional }]) => optional ? `${name}?` : name).join(', ')
  return param(`an object {${names}}`, value => {
    try {
      return readParams('', fields, value) as Values<F>
    } catch {
      return undefined
    }
  })
}

/**
 * Reads the parameters of a call. The error names the parameter and what it must be, never the
 * value: values can be secrets, and long.
 *
 * @throws {InvalidParametersError}
 */
export function readParams<F extends Fields> (method: string, fields: F, params: unknown): Values<F> {
  const names = Object.keys(fields)
  const takes = names.length === 0 ? 'takes no parameters' : `takes ${names.join(', ')}`
  const given = params ?? {}
  if (typeof given !== 'object' || (Array.isArray(given) && given.length > 0)) {
    throw new InvalidParametersError(`Pass the parameters of ${method} by name, as an object: it ${takes}.`)
  }
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(fields, name)) {
      throw new InvalidParametersError(`${method} has no parameter "${name.slice(0, 64)}": it ${takes}.`)
    }
  }
  const values: Record<string, unknown> = {}
  for (const [name, field] of Object.entries(fields)) {
    const value = Object.hasOwn(given, name) ? (given as Record<string, unknown>)[name] : undefined
    const read = value === undefined ? undefined : field.read(value)
    if (read !== undefined) {
      values[name] = read
    } else if (value === undefined && !field.optional) {
      throw new InvalidParametersError(`${method} needs the parameter "${name}": it must be ${field.must}.`)
    } else if (value !== undefined && !(value === null && field.optional)) {
      throw new InvalidParametersError(`The parameter "${name}" of ${method} must be ${field.must}.`)
    }
  }
  return values as Values<F>
}

/**
 * Of parameters that exclude each other, the one that was given.
 *
 * @throws {InvalidParametersError} when none or several were
 */
export function exactlyOne (method: string, values: Record<string, unknown>, names: string[]): string {
  const given = names.filter(name => values[name] !== undefined)
  if (given.length !== 1) {
    throw new InvalidParametersError(`${method} needs exactly one of ${names.map(name => `"${name}"`).join(', ')}; ${given.length === 0 ? 'none was given' : `${given.length} were given`}.`)
  }
  return given[0]
}
