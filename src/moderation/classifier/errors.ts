/** Thrown when an adapter needs a package that is not installed; the message says which and how to get it. */
export class MissingRuntimeError extends Error {
  static name = 'MissingRuntimeError'
  name = 'MissingRuntimeError'
}

/** Thrown for a model server that is not on this machine: texts never leave it. */
export class NotLoopbackError extends Error {
  static name = 'NotLoopbackError'
  name = 'NotLoopbackError'
}

/** Thrown when a model server does not answer in time, answers with an error, or with something that is no verdict. */
export class ModelServerError extends Error {
  static name = 'ModelServerError'
  name = 'ModelServerError'
}

/** Thrown for a model folder or weights that cannot be used; the message names the file. */
export class InvalidModelError extends Error {
  static name = 'InvalidModelError'
  name = 'InvalidModelError'
}

/** Thrown for a file that is no list of help lines; the message says what is wrong with it. */
export class InvalidResourcesError extends Error {
  static name = 'InvalidResourcesError'
  name = 'InvalidResourcesError'
}
