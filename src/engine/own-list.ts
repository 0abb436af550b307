import { toString } from 'uint8arrays'
import { ListFeed, addOperations, checkEntry, encodeStatement } from '../moderation/index.ts'
import { InvalidParametersError } from '../room/index.ts'
import { randomSeed } from './randomness.ts'
import { readSetting, writeSetting } from './settings.ts'
import type { Entry, EntryFields, ReaderList } from '../moderation/index.ts'
import type { Store } from '../store/store-api.ts'

export const OWN_LIST = 'own'
/** Entries a reader's own list may have. */
export const MAX_OWN_ENTRIES = 20_000
const SETTING = 'moderation.own'
const SELF = 'self'

interface OwnEntry extends EntryFields { id: string, since: number }

/** @throws {InvalidParametersError} for an entry that would be over before it is said */
export function checkExpires (expires: number | undefined, now: number): void {
  if (expires != null && expires <= now) {
    throw new InvalidParametersError('expires must be a time in the future, in ms since 1970.')
  }
}

/** What the reader decided alone: on this device only, in no room and on no network. It always wins. */
export class OwnList {
  readonly reader: ReaderList = { list: OWN_LIST, title: 'My own list', actions: null, reasons: null, weight: 1, own: true, order: -1 }
  feed: ListFeed
  readonly #init: { store: Store, now(): number, seed: number }
  #entries: OwnEntry[] = []
  #saving: Promise<void> = Promise.resolve()

  constructor (init: { store: Store, now(): number, seed: number }) {
    this.#init = init
    this.feed = this.#fold()
  }

  async load (): Promise<void> {
    this.#entries = await readSetting<OwnEntry[]>(this.#init.store, SETTING) ?? []
    this.feed = this.#fold()
  }

  #fold (): ListFeed {
    const statements = this.#entries.map(({ id, since, ...fields }, sequence) => ({ id, author: SELF, sequence, time: since, entry: encodeStatement(addOperations([fields])) }))
    return ListFeed.read({ founder: SELF, seed: this.#init.seed }, statements)
  }

  async #save (): Promise<void> {
    this.#saving = this.#saving.catch(() => {}).then(async () => writeSetting(this.#init.store, SETTING, this.#entries))
    await this.#saving
  }

  /** After a wipe. */
  clear (): void {
    this.#entries = []
    this.feed = this.#fold()
  }

  get size (): number { return this.#entries.length }
  entries (): Entry[] { return [...this.feed.entries()] }
  has (entry: string): boolean { return this.feed.find(entry) != null }

  /** Adds an entry; what the list said of the same subject before is taken back. */
  async add (fields: EntryFields): Promise<Entry> {
    const checked = checkEntry(fields)
    checkExpires(checked.expires, this.#init.now())
    const same = JSON.stringify(checked.subject)
    this.#entries = this.#entries.filter(each => JSON.stringify(each.subject) !== same)
    if (this.#entries.length >= MAX_OWN_ENTRIES) {
      throw new InvalidParametersError(`Your own list has ${MAX_OWN_ENTRIES} entries, as many as it can hold. Remove some with list.remove.`)
    }
    const id = toString(randomSeed().subarray(0, 12), 'hex')
    this.#entries.push({ id, since: this.#init.now(), ...checked })
    this.feed = this.#fold()
    await this.#save()
    return this.feed.find(`${id}.0`) as Entry
  }

  async remove (entry: string): Promise<boolean> {
    const kept = this.#entries.filter(each => `${each.id}.0` !== entry)
    if (kept.length === this.#entries.length) {
      return false
    }
    this.#entries = kept
    this.feed = this.#fold()
    await this.#save()
    return true
  }
}
