/** Thrown for an entry that no list can hold; the message says what is wrong with it. */
export class InvalidEntryError extends Error {
  static name = 'InvalidParametersError'
  name = 'InvalidParametersError'
}

/** Thrown for a file that is no list in any format that is known, or one signed by somebody else. */
export class InvalidListError extends Error {
  static name = 'InvalidListError'
  name = 'InvalidListError'
}

/** Thrown when a list, or a file that holds one, is larger than readers can be asked to hold. */
export class ListTooLargeError extends Error {
  static name = 'ListTooLargeError'
  name = 'ListTooLargeError'
}

/** Thrown for a report that cannot be read, or whose evidence nobody signed. */
export class InvalidReportError extends Error {
  static name = 'InvalidReportError'
  name = 'InvalidReportError'
}
