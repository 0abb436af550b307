import { StoreClosedError } from './errors.ts'
import { isExpired } from './expired.ts'
import type { FileStore, StoredFile } from './store-api.ts'

/** Files of one room in this process and nowhere else. */
export class MemoryFileStore implements FileStore {
  readonly #now: () => number
  readonly #files = new Map<string, { file: StoredFile, chunks: Map<number, Uint8Array> }>()
  #closed = false

  constructor (now: () => number) {
    this.#now = now
  }

  #open (id: string): { file: StoredFile, chunks: Map<number, Uint8Array> } | undefined {
    if (this.#closed) {
      throw new StoreClosedError()
    }
    const found = this.#files.get(id)
    return found == null || isExpired(found.file, this.#now()) ? undefined : found
  }

  async list (): Promise<StoredFile[]> {
    return [...this.#files.keys()].flatMap(id => {
      const found = this.#open(id)
      return found == null ? [] : [{ ...found.file }]
    })
  }

  async add (file: StoredFile): Promise<void> {
    const found = this.#open(file.id)
    if (found == null) {
      this.#files.set(file.id, { file: { ...file }, chunks: new Map() })
    } else {
      found.file.expires = file.expires
    }
  }

  async putChunk (id: string, index: number, bytes: Uint8Array): Promise<void> {
    const found = this.#open(id)
    if (found != null && index < found.file.chunks) {
      found.chunks.set(index, new Uint8Array(bytes))
    }
  }

  async getChunk (id: string, index: number): Promise<Uint8Array | undefined> { return this.#open(id)?.chunks.get(index) }
  async chunks (id: string): Promise<number[]> { return [...this.#open(id)?.chunks.keys() ?? []].sort((a, b) => a - b) }

  async delete (ids: string[]): Promise<void> {
    for (const id of ids) {
      this.#files.get(id)?.chunks.forEach(bytes => bytes.fill(0))
      this.#files.delete(id)
    }
  }

  async expire (now: number): Promise<number> {
    const over = [...this.#files].filter(([, { file }]) => isExpired(file, now)).map(([id]) => id)
    await this.delete(over)
    return over.length
  }

  /** Nothing is read or written here any more. */
  clear (): void {
    this.#files.forEach(({ chunks }) => { chunks.forEach(bytes => bytes.fill(0)) })
    this.#files.clear()
    this.#closed = true
  }
}
