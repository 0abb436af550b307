/**
 * How calls that name a `path` reach the disk. Only local callers get one: the WebSocket that the
 * app uses has none, so a flaw in the page is not a way to the person's files.
 */
export interface Files {
  /** whole content of a regular file of at most `limit` bytes; throws FileError */
  read (path: string, limit: number): Promise<Uint8Array>
  /** the same in pieces, for what may be large */
  pieces (path: string, limit: number): AsyncIterable<Uint8Array>
  /** all or nothing, readable by the owner only; throws FileError */
  write (path: string, bytes: Uint8Array | AsyncIterable<Uint8Array>): Promise<void>
  /** last part of a path, for a name to show */
  name (path: string): string
}
