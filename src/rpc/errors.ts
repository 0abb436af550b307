/** JSON-RPC 2.0 §5.1 */
export const PARSE_ERROR = -32700
export const INVALID_REQUEST = -32600
export const METHOD_NOT_FOUND = -32601
export const INVALID_PARAMS = -32602
export const INTERNAL_ERROR = -32603
/** what the engine refused; `data.name` says which refusal */
export const ENGINE_ERROR = -32000

/** Thrown when what arrived is not JSON (or not UTF-8). */
export class ParseError extends Error {
  static name = 'ParseError'
  name = 'ParseError'
}

/** Thrown when what arrived is JSON but no JSON-RPC 2.0 request. */
export class InvalidRequestError extends Error {
  static name = 'InvalidRequestError'
  name = 'InvalidRequestError'
}

/** Thrown when there is no method of that name. */
export class UnknownMethodError extends Error {
  static name = 'UnknownMethodError'
  name = 'UnknownMethodError'
}

/** Thrown when a line is longer than the reader accepts; what follows the next newline is read again. */
export class LineTooLongError extends Error {
  static name = 'LineTooLongError'
  name = 'LineTooLongError'
}

/** Thrown when a file named in a call cannot be read or written. */
export class FileError extends Error {
  static name = 'FileError'
  name = 'FileError'
}

/** Thrown by the client when the other end went away before it answered. */
export class ConnectionClosedError extends Error {
  static name = 'ConnectionClosedError'
  name = 'ConnectionClosedError'
}

/** Thrown by the client for an error reply: `name` is the stable name from `data.name`. */
export class RemoteError extends Error {
  static name = 'RemoteError'
  readonly code: number

  constructor (code: number, message: string, name: string) {
    super(message)
    this.name = name
    this.code = code
  }
}

export interface ErrorObject {
  code: number
  message: string
  data: { name: string }
}

const CODES: Record<string, number> = {
  ParseError: PARSE_ERROR,
  LineTooLongError: PARSE_ERROR,
  InvalidRequestError: INVALID_REQUEST,
  UnknownMethodError: METHOD_NOT_FOUND,
  InvalidParametersError: INVALID_PARAMS
}

/** What the language or a library throws by accident: nothing the caller could act upon. */
const ACCIDENTS = new Set(['Error', 'TypeError', 'RangeError', 'ReferenceError', 'SyntaxError', 'EvalError', 'URIError', 'AggregateError', ''])

/**
 * Turns what was thrown into the error of a reply. Accidents do not tell the caller their text:
 * it may name files and addresses.
 */
export function toErrorObject (error: unknown): ErrorObject {
  const name = error instanceof Error || (typeof error === 'object' && error != null && 'name' in error) ? String((error as Error).name) : ''
  if (ACCIDENTS.has(name)) {
    return { code: INTERNAL_ERROR, message: 'Something went wrong inside the node. Its log (stderr) says what; please report it.', data: { name: 'InternalError' } }
  }
  return { code: CODES[name] ?? ENGINE_ERROR, message: String((error as Error).message), data: { name } }
}

export function isAccident (error: unknown): boolean {
  return toErrorObject(error).code === INTERNAL_ERROR
}
