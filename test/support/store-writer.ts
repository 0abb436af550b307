/** Does one thing to a store until it is killed; prints what was acknowledged. `mode`: write, sync, expiry, passphrase or import. */
import { readFileSync } from 'node:fs'
import { RoomCore } from '../../src/engine/room-core.ts'
import { completePolicy } from '../../src/room/index.ts'
import { openStore } from '../../src/store/index.ts'
import { importBundle } from '../../src/sync/bundle.ts'
import { decodeMessage, encodeSigned } from '../../src/wire/index.ts'
import { Author, ROOM } from './history-members.ts'
import type { Store } from '../../src/store/index.ts'

const [data, round, mode, file] = process.argv.slice(2)
/** one of the two opens it: the last change may or may not have got through */
export const PASSPHRASES = ['tulips', 'roses']

async function either (): Promise<{ store: Store, index: number }> {
  try {
    return { store: await openStore({ data, passphrase: PASSPHRASES[0] }), index: 0 }
  } catch {
    return { store: await openStore({ data, passphrase: PASSPHRASES[1] }), index: 1 }
  }
}

const { store, index } = await either()
const room = await store.room(ROOM)
const say = (line: string): void => { process.stdout.write(`${line}\n`) }
const record = (id: string, i: number, expires?: number): any => ({ id, time: i, ...(expires == null ? {} : { expires }), bytes: new Uint8Array(200) })

async function core (): Promise<RoomCore> {
  const policy = completePolicy({ retention: -1 })
  const made = new RoomCore({
    state: { version: 1, room: ROOM, name: 'r', kind: 'open', policy, epoch: 0, key: new Uint8Array(32), founder: null, persona: new Uint8Array(32).fill(9), petname: '', petnames: {}, contacts: [], joined: 0, read: 0, former: [] },
    store: room,
    durable: true,
    now: Date.now,
    onMessage: () => {},
    onMember: () => {},
    onDelivery: () => {},
    log: () => {}
  })
  await made.load()
  return made
}

const modes: Record<string, () => Promise<void>> = {
  async write () {
    for (let i = 0; ; i++) {
      await room.put([record(`lasting-${round}-${i}`, i)])
      say(`put lasting-${round}-${i}`)
      if (i % 7 === 6) {
        await room.putState('room', new TextEncoder().encode(`${i}`))
      }
    }
  },
  async expiry () {
    for (let i = 0; ; i++) {
      await room.put([record(`lasting-${round}-${i}`, i, Date.now() + 3_600_000), record(`passing-${round}-${i}`, i, Date.now() + 20)])
      say(`put lasting-${round}-${i}`)
      if (i % 3 === 2) {
        await room.expire(Date.now())
      }
    }
  },
  async passphrase () {
    for (let i = 0; ; i++) {
      await room.put([record(`lasting-${round}-${i}`, i)])
      say(`put lasting-${round}-${i}`)
      await store.changePassphrase(PASSPHRASES[(index + i) % 2], PASSPHRASES[(index + i + 1) % 2])
    }
  },
  async sync () {
    const receiver = await core()
    const author = new Author(Number(round) % 200 + 20)
    for (let i = 0; ; i++) {
      const batch = await author.run(50, Date.now() - 100_000)
      await receiver.accept(batch.map(encodeSigned))
      await receiver.keeper.flush()
      batch.forEach(({ id }) => { say(`put ${id}`) })
    }
  },
  async import () {
    const receiver = await core()
    const { encoded } = await importBundle(readFileSync(file))
    for (let i = 0; ; i = (i + 100) % encoded.length) {
      const part = encoded.slice(i, i + 100)
      await receiver.accept(part)
      await receiver.keeper.flush()
      part.forEach(bytes => { say(`put ${decodeMessage(bytes).id}`) })
    }
  }
}

say('ready')
await modes[mode]()
