import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'aegir/chai'
import { openStore } from '../../src/store/index.ts'
import { ROOM } from '../support/history-members.ts'
import type { Store, StoredRecord } from '../../src/store/index.ts'

const record = (i: number): StoredRecord => ({ id: `identifier-${i}`, time: i, bytes: globalThis.crypto.getRandomValues(new Uint8Array(1_000)) })

async function ids (store: Store): Promise<string[]> {
  const found = []
  for await (const { id } of (await store.room(ROOM)).all()) {
    found.push(id)
  }
  return found
}

/** Mounting takes a privilege; where it is not given, the system's own full device and file permissions stand in. */
function mount (folder: string, options: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

describe('a store on a real disk', () => {
  let base: string
  let disk: string
  let mounted = false
  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'undertone-disk-'))
    disk = join(base, 'disk')
    mkdirSync(disk)
    mounted = mount(disk, 'size=1m')
  })
  afterEach(() => {
    if (mounted) {
      execFileSync('umount', ['-l', disk])
    }
    rmSync(base, { recursive: true, force: true })
  })

  it('of one megabyte that fills up says so by name, opens again, and has what it said it had', async () => {
    const data = join(disk, 'data')
    const store = await openStore({ data, passphrase: 'tulips' })
    const room = await store.room(ROOM)
    const stored: string[] = []
    let failure: Error | undefined
    // where nothing may be mounted there is no end to reach: then only what was stored is looked at
    for (let i = 0; failure == null && i < 2_000; i += 8) {
      const records = Array.from({ length: 8 }, (_, j) => record(i + j))
      await room.put(records).then(() => { stored.push(...records.map(({ id }) => id)) }, error => { failure = error })
      if (!mounted && i === 80) {
        break
      }
    }
    if (mounted) {
      expect(failure).to.have.property('name', 'DiskFullError')
      expect(failure?.message).to.include('Free some space')
      expect(stored.length).to.be.within(100, 1_000)
    }
    expect(await Promise.all(stored.map(async id => (await room.get(id))?.id))).to.deep.equal(stored)
    await store.close()

    // as somebody would: a larger disk
    const larger = join(base, 'larger')
    cpSync(data, larger, { recursive: true })
    const again = await openStore({ data: larger, passphrase: 'tulips' })
    expect(await ids(again)).to.include.members(stored)
    await (await again.room(ROOM)).put([record(9_999)])
    expect(await ids(again)).to.include('identifier-9999')
    await again.close()
  })

  it('that cannot be written says so by name, and changes nothing of what is there', async () => {
    const data = join(disk, 'data')
    const store = await openStore({ data, passphrase: 'tulips' })
    await (await store.room(ROOM)).put([record(1), record(2)])
    await store.close()
    if (mounted) {
      execFileSync('mount', ['-o', 'remount,ro', disk])
    } else {
      writeFileSync(join(base, 'file'), '')
    }
    // without a mount: a path below a file can be made by nobody
    const where = mounted ? data : join(base, 'file', 'data')
    const error = await openStore({ data: where, passphrase: 'tulips' }).then(async opened => opened.close(), error => error)
    if (mounted) {
      expect(error).to.have.property('name', 'ReadOnlyStoreError')
      execFileSync('mount', ['-o', 'remount,rw', disk])
    } else {
      expect(error).to.be.an('error')
    }
    const again = await openStore({ data, passphrase: 'tulips' })
    expect(await ids(again)).to.deep.equal(['identifier-1', 'identifier-2'])
    await again.close()
  })
})
