import type { Handled } from './command.ts'

const MAX_HANDLES = 20_000

/** Short names for IDs that nobody would type, counted per kind: `e1`, `r1`, `p1`. The oldest are forgotten. */
export class Handles {
  readonly #ids = new Map<string, string>()
  readonly #names = new Map<string, string>()
  readonly #counts = { e: 0, r: 0, p: 0 }

  give (kind: Handled, id: string): string {
    const known = this.#names.get(`${kind} ${id}`)
    if (known != null) {
      return known
    }
    const name = `${kind}${++this.#counts[kind]}`
    this.#ids.set(name, id)
    this.#names.set(`${kind} ${id}`, name)
    if (this.#ids.size > MAX_HANDLES) {
      const [oldest, forgotten] = this.#ids.entries().next().value as [string, string]
      this.#ids.delete(oldest)
      this.#names.delete(`${oldest[0]} ${forgotten}`)
    }
    return name
  }

  /** The ID; a text that is no short name stands for itself. */
  find (text: string): string { return this.#ids.get(text) ?? text }
}
