import { closeSync, mkdtempSync, openSync, readFileSync, readSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'aegir/chai'
import { openStore } from '../../src/store/index.ts'
import { platform } from '../../src/store/level.ts'
import { Vault } from '../../src/store/vault.ts'
import { storeConformance } from '../support/store-conformance.ts'
import type { Store } from '../../src/store/index.ts'

const ROOM = 'c'.repeat(64)
function files (folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter(each => each.isFile()).map(each => join(each.parentPath, each.name))
}

/** Everything that is in any file, deleted or not. */
function onDisk (folder: string): Buffer {
  return Buffer.concat(files(folder).map(file => readFileSync(file)))
}

describe('the store on disk', () => {
  const folders: string[] = []
  const folder = (): string => {
    const made = mkdtempSync(join(tmpdir(), 'undertone-store-'))
    folders.push(made)
    return made
  }
  const open = async (data: string, passphrase = 'tulips'): Promise<Store> => openStore({ data, passphrase })
  after(() => { folders.forEach(each => { rmSync(each, { recursive: true, force: true }) }) })

  describe('like any store', () => {
    storeConformance(async clock => openStore({ data: folder(), passphrase: 'tulips', now: () => clock.now }))
  })

  const put = async (store: Store, count: number, expires?: number): Promise<void> => {
    await (await store.room(ROOM)).put(Array.from({ length: count }, (_, i) => ({ id: `id-of-${i}`, time: i, ...(expires == null ? {} : { expires }), bytes: new TextEncoder().encode(`the secret words number ${i} of Ana`) })))
  }
  const count = async (store: Store): Promise<number> => {
    let found = 0
    for await (const each of (await store.room(ROOM)).all()) {
      void each
      found++
    }
    return found
  }

  it('opens again with the passphrase, and refuses another one without changing anything', async () => {
    const data = folder()
    const store = await open(data)
    await put(store, 10)
    await (await store.room(ROOM)).putState('room', new TextEncoder().encode('state'))
    await store.close()
    const before = files(data).map(file => readFileSync(file).toString('hex'))
    await expect(open(data, 'roses')).to.eventually.be.rejected.with.property('name', 'WrongPassphraseError')
    expect(files(data).map(file => readFileSync(file).toString('hex'))).to.deep.equal(before)
    const again = await open(data)
    expect(await again.rooms()).to.deep.equal([ROOM])
    expect(await count(again)).to.equal(10)
    expect(await (await again.room(ROOM)).getState('room')).to.deep.equal(new TextEncoder().encode('state'))
    await again.close()
  })

  it('holds no word, ID, room or state that can be read', async () => {
    const data = folder()
    const store = await open(data)
    await put(store, 1_000)
    await (await store.room(ROOM)).putState('room', new TextEncoder().encode('name of the room: kitchen'))
    const disk = onDisk(data)
    for (const text of ['secret words', 'id-of-', ROOM, Buffer.from(ROOM, 'hex'), 'kitchen', 'tulips', 'of Ana']) {
      expect(disk.includes(text), String(text)).to.equal(false)
    }
    await store.close()
  })

  it('opens again although it was closed while keys were being destroyed, and nothing comes back that was wiped meanwhile', async () => {
    for (let round = 0; round < 6; round++) {
      const data = folder()
      const store = await open(data)
      await put(store, 20, 1)
      await put(store, 40, 1e15)
      const room = await store.room(ROOM)
      // nobody waits for this one
      const destroying = room.expire(2).catch(error => error.name)
      await new Promise(resolve => setTimeout(resolve, 2 * round))
      await (round % 2 === 0 ? store.close() : store.wipe())
      expect(await destroying).to.be.oneOf([0, 20, 'StoreClosedError'])
      const again = await open(data)
      expect(await again.rooms()).to.deep.equal(round % 2 === 0 ? [ROOM] : [])
      await again.close()
    }
  })

  it('tells a second process that the data is in use', async () => {
    const data = folder()
    const store = await open(data)
    await expect(open(data)).to.eventually.be.rejected.with.property('name', 'DataInUseError')
    await put(store, 1)
    await store.close()
  })

  it('takes a new passphrase without rewriting records', async () => {
    const data = folder()
    const store = await open(data)
    await put(store, 5)
    const records = files(data).filter(file => file.includes('records')).map(file => readFileSync(file).length)
    await expect(store.changePassphrase('wrong', 'roses')).to.eventually.be.rejected.with.property('name', 'WrongPassphraseError')
    await store.changePassphrase('tulips', 'roses')
    expect(files(data).filter(file => file.includes('records')).map(file => readFileSync(file).length)).to.deep.equal(records)
    await store.close()
    await expect(open(data, 'tulips')).to.eventually.be.rejected.with.property('name', 'WrongPassphraseError')
    const again = await open(data, 'roses')
    expect(await count(again)).to.equal(5)
    await again.close()
  })

  it('destroys itself when the duress passphrase is entered, and looks the same before', async () => {
    const data = folder()
    const plain = folder()
    await (await open(plain)).close()
    const store = await open(data)
    await put(store, 5)
    await store.setDuressPassphrase('tulips', 'help')
    await store.close()
    expect(readFileSync(join(data, 'vault'))).to.have.lengthOf(readFileSync(join(plain, 'vault')).length)
    const empty = await open(data, 'help')
    expect(await empty.rooms()).to.deep.equal([])
    // what is written there from now on is kept like anything else
    await put(empty, 30)
    await empty.close()
    await expect(open(data, 'tulips')).to.eventually.be.rejected.with.property('name', 'WrongPassphraseError')
    const again = await open(data, 'help')
    expect(await count(again)).to.equal(30)
    await again.close()
  })

  it('is one store for whoever is first when several start at once in an empty folder', async () => {
    for (let round = 0; round < 5; round++) {
      const data = folder()
      const opened = await Promise.allSettled([1, 2, 3].map(async () => open(data)))
      const stores = opened.flatMap(each => each.status === 'fulfilled' ? each.value : [])
      expect(stores).to.have.lengthOf(1)
      expect(opened.flatMap(each => each.status === 'rejected' ? each.reason.name : [])).to.deep.equal(['DataInUseError', 'DataInUseError'])
      await put(stores[0], 3)
      await stores[0].close()
      const again = await open(data)
      expect(await count(again)).to.equal(3)
      await again.close()
    }
  })

  it('destroys nothing because its vault cannot be reached', async () => {
    const data = folder()
    const store = await open(data)
    await put(store, 5)
    await store.close()
    const vault = join(data, 'vault')
    renameSync(vault, `${vault}.away`)
    symlinkSync('vault', vault)
    await expect(open(data)).to.eventually.be.rejected.with.property('code', 'ELOOP')
    renameSync(`${vault}.away`, vault)
    const again = await open(data)
    expect(await count(again)).to.equal(5)
    await again.close()
  })

  it('keeps passphrase and duress passphrase apart: neither can become the other', async () => {
    const data = folder()
    const store = await open(data)
    await put(store, 5)
    await expect(store.setDuressPassphrase('tulips', 'tulips')).to.eventually.be.rejected.with.property('name', 'PassphraseNotUsableError')
    await store.setDuressPassphrase('tulips', 'help')
    await expect(store.changePassphrase('tulips', 'help')).to.eventually.be.rejected.with.property('name', 'PassphraseNotUsableError')
    await store.close()
    const again = await open(data, 'tulips')
    expect(await again.rooms()).to.have.lengthOf(1)
    await again.close()
    const empty = await open(data, 'help')
    expect(await empty.rooms()).to.deep.equal([])
    await empty.close()
  })

  it('makes noise of what expired, for the passphrase too, and of everything when wiped', async () => {
    const data = folder()
    let now = 1_000
    const store = await openStore({ data, passphrase: 'tulips', now: () => now })
    await put(store, 1_000, 5_000)
    await (await store.room(ROOM)).put([{ id: 'kept', time: 1, expires: 9_000, bytes: new TextEncoder().encode('kept') }])
    // as a thief copies it who will learn the passphrase later
    const keysBefore = files(data).filter(file => file.includes('keys-'))
    now = 6_000
    expect(await (await store.room(ROOM)).expire(now)).to.equal(1_000)
    expect(await count(store)).to.equal(1)
    for (const file of keysBefore) {
      expect(files(data)).to.not.include(file)
    }
    await store.close()
    const again = await openStore({ data, passphrase: 'tulips', now: () => 1_000 })
    expect(await count(again)).to.equal(1)
    await again.wipe()
    expect(files(data)).to.deep.equal([])
  })

  it('loses one record to a flipped byte, not the others', async () => {
    const data = folder()
    const store = await open(data)
    await put(store, 50)
    await store.close()
    const log = files(data).filter(file => /\.(log|ldb)$/.test(file)).sort((a, b) => readFileSync(b).length - readFileSync(a).length)[0]
    const bytes = readFileSync(log)
    bytes[Math.floor(bytes.length / 2)] ^= 1
    writeFileSync(log, bytes)
    const again = await open(data)
    // level drops the damaged batch or we drop the damaged record: the store opens all the same
    expect(await count(again)).to.be.at.most(50)
    await put(again, 60)
    expect(await count(again)).to.equal(60)
    await again.close()
  })

  it('overwrites the vault before it lets go of it: when wiped, and when the passphrase changes', async () => {
    const data = folder()
    const store = await open(data)
    await put(store, 5)
    // whoever looks at the disk's free blocks sees what lay in the file
    const watched = (): { path: string, fd: number, before: Buffer }[] => files(data).filter(file => /vault$|keys-/.test(file)).map(path => ({ path, fd: openSync(path, 'r'), before: readFileSync(path) }))
    const left = (each: Array<{ fd: number, before: Buffer }>): number => each.filter(({ fd, before }) => {
      const now = Buffer.alloc(before.length)
      readSync(fd, now, 0, before.length, 0)
      closeSync(fd)
      return now.includes(before.subarray(40, 72))
    }).length
    const vault = watched().filter(({ path }) => path.endsWith('vault'))
    await store.changePassphrase('tulips', 'roses')
    expect(left(vault)).to.equal(0)
    const all = watched()
    expect(all).to.have.lengthOf(2)
    await store.wipe()
    expect(left(all)).to.equal(0)
  })

  it('goes on with what another process wrote between its passphrase and its turn', async () => {
    const data = folder()
    const store = await open(data)
    await put(store, 5)
    await store.close()
    const vaultFiles = await platform.openFiles(data)
    let turns = 0
    const { vault } = await Vault.open(vaultFiles, 'tulips', async () => {
      if (turns++ === 0) {
        const other = await open(data)
        await put(other, 10)
        await (await other.room(ROOM)).delete(['id-of-3'])
        await other.close()
      }
    })
    expect(turns).to.equal(2)
    await vault.forget()
    const again = await open(data)
    expect(await count(again)).to.equal(9)
    await again.close()
  })

  it('has both copies of a vault again, of which one was damaged', async () => {
    const data = folder()
    await (await open(data)).close()
    const path = join(data, 'vault')
    const bytes = readFileSync(path)
    bytes[3] ^= 1
    writeFileSync(path, bytes)
    await (await open(data)).close()
    const mended = readFileSync(path)
    expect(mended.subarray(0, mended.length / 2).equals(mended.subarray(mended.length / 2))).to.equal(true)
  })

  it('names a damaged vault', async () => {
    const data = folder()
    await (await open(data)).close()
    writeFileSync(join(data, 'vault'), 'not a vault')
    await expect(open(data)).to.eventually.be.rejected.with.property('name', 'CorruptVaultError')
  })
})
