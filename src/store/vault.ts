import { concat } from 'uint8arrays'
import { PASSPHRASE_COST, WrongPassphraseError, argon2id, constantTimeEqual, open, seal } from '../crypto/index.ts'
import { CorruptVaultError, PassphraseNotUsableError, StoreClosedError } from './errors.ts'
import type { VaultFiles } from './platform.ts'
import type { Argon2Cost } from '../crypto/index.ts'
import type { AbortOptions } from '@libp2p/interface'

const MAGIC = new TextEncoder().encode('undertone-vault\u0001')
const SALT_LENGTH = 16
const NONCE_LENGTH = 24
const KEY_LENGTH = 32
/** kind (1) ‖ generation (4) ‖ key (32) */
const SLOT_PLAIN = 1 + 4 + KEY_LENGTH
const SLOT_LENGTH = NONCE_LENGTH + SLOT_PLAIN + 16
const SLOTS = 2
const HEADER_LENGTH = MAGIC.length + 8 + SLOTS * (SALT_LENGTH + SLOT_LENGTH)
const MAIN = 1
const DURESS = 2
const HEADER = 'vault'
const EMPTY = new Uint8Array()

interface Slot { salt: Uint8Array, sealed: Uint8Array }
interface Header { cost: Argon2Cost, slots: Slot[] }

/** What is open: the key of the key file, how it is wrapped, and its content. */
interface Opened { slot: number, kek: Uint8Array, generation: number, key: Uint8Array }

function random (length: number): Uint8Array {
  return globalThis.crypto.getRandomValues(new Uint8Array(length))
}

function encodeHeader ({ cost, slots }: Header): Uint8Array {
  const costs = new Uint8Array(8)
  const view = new DataView(costs.buffer)
  view.setUint32(0, cost.memoryKiB)
  view.setUint16(4, cost.passes)
  view.setUint16(6, cost.parallelism)
  return concat([MAGIC, costs, ...slots.flatMap(({ salt, sealed }) => [salt, sealed])])
}

function decodeHeader (bytes: Uint8Array): Header {
  if (bytes.length !== HEADER_LENGTH || !constantTimeEqual(bytes.subarray(0, MAGIC.length), MAGIC)) {
    throw new CorruptVaultError()
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + MAGIC.length, 8)
  const cost = { memoryKiB: view.getUint32(0), passes: view.getUint16(4), parallelism: view.getUint16(6) }
  // a header that asks for more than this was not written by us
  if (cost.memoryKiB > 1_048_576 || cost.passes > 16 || cost.parallelism !== 1 || cost.memoryKiB < 1_024 || cost.passes < 1) {
    throw new CorruptVaultError()
  }
  const slots = Array.from({ length: SLOTS }, (_, i) => {
    const at = MAGIC.length + 8 + i * (SALT_LENGTH + SLOT_LENGTH)
    return { salt: bytes.slice(at, at + SALT_LENGTH), sealed: bytes.slice(at + SALT_LENGTH, at + SALT_LENGTH + SLOT_LENGTH) }
  })
  return { cost, slots }
}

async function kekOf (passphrase: string, salt: Uint8Array, cost: Argon2Cost, options: AbortOptions = {}): Promise<Uint8Array> {
  if (passphrase === '') {
    throw new PassphraseNotUsableError('A passphrase must not be empty.')
  }
  return argon2id(new TextEncoder().encode(passphrase.normalize('NFKC')), salt, cost, KEY_LENGTH, options)
}

function sealSlot (kek: Uint8Array, kind: number, generation: number, key: Uint8Array): Uint8Array {
  const plain = new Uint8Array(SLOT_PLAIN)
  plain[0] = kind
  new DataView(plain.buffer).setUint32(1, generation)
  plain.set(key, 5)
  return seal(kek, plain, MAGIC, random(NONCE_LENGTH))
}

/** Vault files hold what they hold twice: one damaged byte must not cost every key. */
function twice (bytes: Uint8Array): Uint8Array {
  return concat([bytes, bytes])
}

function copies (bytes: Uint8Array): Uint8Array[] {
  const half = Math.floor(bytes.length / 2)
  const both = [bytes.subarray(0, half), bytes.subarray(half, 2 * half)]
  return constantTimeEqual(both[0], both[1]) ? [both[0]] : both
}

function readable (bytes: Uint8Array): Header[] {
  const headers = copies(bytes).flatMap(copy => {
    try {
      return [decodeHeader(copy)]
    } catch {
      return []
    }
  })
  if (headers.length === 0) {
    throw new CorruptVaultError()
  }
  return headers
}

/** @throws {WrongPassphraseError} when it opens no slot of any copy */
async function unlock (headers: Header[], passphrase: string, options: AbortOptions = {}): Promise<{ header: Header, slot: number, kek: Uint8Array, plain: Uint8Array }> {
  for (const { header, slot } of headers.flatMap(header => header.slots.map((_, slot) => ({ header, slot })))) {
    const { salt, sealed } = header.slots[slot]
    const kek = await kekOf(passphrase, salt, header.cost, options)
    const plain = open(kek, sealed, MAGIC)
    if (plain != null) {
      return { header, slot, kek, plain }
    }
  }
  throw new WrongPassphraseError()
}

function fileOf (generation: number): string { return `keys-${generation}` }

/**
 * The keys of a store. A header holds two slots that look alike (the second is random bytes until a
 * duress passphrase is set): each wraps, under Argon2id of a passphrase (RFC 9106), the key of a
 * small key file. The key file is replaced as a whole under a fresh key whenever something in it must
 * be gone for good, and the old file and its wrapping are destroyed: what was sealed with a key that
 * went is noise, in whatever old table of the database it still lies.
 */
export class Vault {
  readonly #files: VaultFiles
  #header: Header
  #opened: Opened
  #content: Uint8Array
  #writing: Promise<unknown> = Promise.resolve()
  #over = false

  private constructor (files: VaultFiles, header: Header, opened: Opened, content: Uint8Array) {
    this.#files = files
    this.#header = header
    this.#opened = opened
    this.#content = content
  }

  /**
   * `isNew`: made for the first time, or under duress.
   *
   * @param claim - makes sure that nobody else opens this vault; called before anything is changed, maybe more than once
   * @throws {WrongPassphraseError|CorruptVaultError} and nothing was changed
   */
  static async open (files: VaultFiles, passphrase: string, claim: () => Promise<void> = async () => {}, { signal }: AbortOptions = {}): Promise<{ vault: Vault, isNew: boolean, duress?: boolean }> {
    const bytes = await files.read(HEADER)
    const headers = bytes == null ? [] : readable(bytes)
    const found = bytes == null ? undefined : await unlock(headers, passphrase, { signal })
    await claim()
    // from here on it is carried through
    signal?.throwIfAborted()
    const now = await files.read(HEADER)
    if (bytes == null || now == null ? bytes !== now : !constantTimeEqual(bytes, now)) {
      // somebody was here meanwhile, and is gone
      return Vault.open(files, passphrase, claim, { signal })
    }
    if (bytes == null || found == null) {
      return { vault: await Vault.#create(files, passphrase, PASSPHRASE_COST), isNew: true }
    }
    const { header, slot, kek, plain } = found
    if (plain[0] === DURESS) {
      // the other vault's wrapping goes first; its files are noise from here on
      await files.destroy(HEADER)
      return { vault: await Vault.#create(files, passphrase, header.cost), isNew: true, duress: true }
    }
    const generation = new DataView(plain.buffer, plain.byteOffset).getUint32(1)
    const key = plain.slice(5)
    const sealedContent = await files.read(fileOf(generation))
    const content = sealedContent == null ? undefined : copies(sealedContent).map(copy => open(key, copy, MAGIC)).find(copy => copy != null)
    if (content == null) {
      throw new CorruptVaultError()
    }
    const vault = new Vault(files, header, { slot, kek, generation, key }, content)
    if (headers.length > 1 || copies(bytes).length > 1) {
      await files.write(HEADER, twice(encodeHeader(header)))
    }
    await vault.#sweep()
    return { vault, isNew: false }
  }

  static async #create (files: VaultFiles, passphrase: string, cost: Argon2Cost): Promise<Vault> {
    const slots = Array.from({ length: SLOTS }, () => ({ salt: random(SALT_LENGTH), sealed: random(SLOT_LENGTH) }))
    const kek = await kekOf(passphrase, slots[0].salt, cost)
    // a generation nobody used: files of an earlier vault are never taken for ours
    const generation = new DataView(random(4).buffer as ArrayBuffer).getUint32(0) >>> 8
    const vault = new Vault(files, { cost, slots }, { slot: 0, kek, generation, key: random(KEY_LENGTH) }, EMPTY)
    await vault.#replace(EMPTY)
    await vault.#sweep()
    return vault
  }

  /** Content of the key file. */
  get content (): Uint8Array { return this.#content }

  /** Replaces the key file's content; durable when it resolves. Old content may survive on the disk, sealed. */
  async write (content: Uint8Array): Promise<void> {
    await this.#next(async () => {
      await this.#files.write(fileOf(this.#opened.generation), twice(seal(this.#opened.key, content, MAGIC, random(NONCE_LENGTH))))
      this.#content = content
    })
  }

  /** As `write`, and what the old content held is gone for good. */
  async rotate (content: Uint8Array): Promise<void> {
    await this.#next(async () => this.#replace(content))
  }

  async #next (act: () => Promise<void>): Promise<void> {
    const turn = this.#writing.catch(() => {}).then(async () => {
      if (this.#over) {
        throw new StoreClosedError()
      }
      await act()
    })
    this.#writing = turn
    await turn
  }

  async #replace (content: Uint8Array): Promise<void> {
    const before = this.#opened
    const next: Opened = { ...before, generation: before.generation + 1, key: random(KEY_LENGTH) }
    await this.#files.write(fileOf(next.generation), twice(seal(next.key, content, MAGIC, random(NONCE_LENGTH))))
    // the header decides which file counts: until here a crash changes nothing
    await this.#wrap(next, this.#header)
    before.key.fill(0)
    this.#opened = next
    this.#content = content
    await this.#files.destroy(fileOf(before.generation)).catch(() => {})
  }

  async #wrap (opened: Opened, header: Header): Promise<void> {
    const slots = header.slots.map((slot, i) => i === opened.slot ? { salt: slot.salt, sealed: sealSlot(opened.kek, MAIN, opened.generation, opened.key) } : slot)
    await this.#files.write(HEADER, twice(encodeHeader({ ...header, slots })))
    this.#header = { ...header, slots }
  }

  /** Key files that a crash left behind. */
  async #sweep (): Promise<void> {
    for (const name of await this.#files.list()) {
      if (/^keys-\d+(\.new)?$/.test(name) && name !== fileOf(this.#opened.generation)) {
        await this.#files.destroy(name).catch(() => {})
      }
    }
  }

  /** @throws {WrongPassphraseError} */
  async #check (passphrase: string): Promise<void> {
    const kek = await kekOf(passphrase, this.#header.slots[this.#opened.slot].salt, this.#header.cost)
    if (!constantTimeEqual(kek, this.#opened.kek)) {
      throw new WrongPassphraseError()
    }
  }

  /** Wraps the same key anew: nothing that is stored is rewritten. */
  async changePassphrase (current: string, next: string): Promise<void> {
    await this.#check(current)
    for (const slot of this.#header.slots.filter((_, i) => i !== this.#opened.slot)) {
      if (open(await kekOf(next, slot.salt, this.#header.cost), slot.sealed, MAGIC) != null) {
        throw new PassphraseNotUsableError('This is the duress passphrase. Choose another one.')
      }
    }
    const salt = random(SALT_LENGTH)
    const kek = await kekOf(next, salt, this.#header.cost)
    await this.#next(async () => {
      const opened = { ...this.#opened, kek }
      await this.#wrap(opened, { ...this.#header, slots: this.#header.slots.map((slot, i) => i === opened.slot ? { ...slot, salt } : slot) })
      this.#opened = opened
    })
  }

  async setDuressPassphrase (current: string, duress: string): Promise<void> {
    await this.#check(current)
    if (current.normalize('NFKC') === duress.normalize('NFKC')) {
      throw new PassphraseNotUsableError('The duress passphrase must differ from the passphrase.')
    }
    const salt = random(SALT_LENGTH)
    const kek = await kekOf(duress, salt, this.#header.cost)
    await this.#next(async () => {
      const slots = this.#header.slots.map((slot, i) => i === this.#opened.slot ? slot : { salt, sealed: sealSlot(kek, DURESS, 0, random(KEY_LENGTH)) })
      await this.#files.write(HEADER, twice(encodeHeader({ ...this.#header, slots })))
      this.#header = { ...this.#header, slots }
    })
  }

  /** The wrapping first: a few milliseconds, and everything else is noise. */
  async destroy (): Promise<void> {
    this.#over = true
    await this.#files.destroy(HEADER)
    // what was being written must not come back
    await this.#writing.catch(() => {})
    await this.#files.destroy(HEADER)
    await this.#files.destroy(fileOf(this.#opened.generation))
    await this.forget()
  }

  /** Overwrites the keys in memory, when nothing is being wrapped with them any more: else nobody could open it again. */
  async forget (): Promise<void> {
    this.#over = true
    await this.#writing.catch(() => {})
    this.#opened.key.fill(0)
    this.#opened.kek.fill(0)
    this.#content.fill(0)
  }
}
