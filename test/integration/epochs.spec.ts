import { expect } from 'aegir/chai'
import { createUndertone } from '../../src/index.ts'
import type { Room, Undertone } from '../../src/index.ts'

const EPOCH_MS = 2_000

describe('epochs of two seconds', () => {
  const engines: Undertone[] = []
  const engine = async (ahead: number): Promise<Undertone> => {
    const made = await createUndertone({ profile: 'private', dht: 'off', bootstrap: [], listen: ['/ip4/127.0.0.1/tcp/0'], now: () => Date.now() + ahead })
    engines.push(made)
    return made
  }
  afterEach(async () => { await Promise.all(engines.splice(0).map(async each => each.stop())) })

  const talk = async (aheads: number[], { boundaries, atOnce }: { boundaries: number, atOnce: number }): Promise<void> => {
    const all = await Promise.all(aheads.map(engine))
    const first = await all[0].rooms.create({ name: 'Clock', kind: 'invite', policy: { epoch: EPOCH_MS, rate: { perSecond: 200, burst: 400 } } })
    const { invite } = await first.invite()
    const rooms: Room[] = [first, ...await Promise.all(all.slice(1).map(async each => each.rooms.join({ invite })))]
    const told = rooms.map(() => [] as string[])
    all.forEach((each, i) => {
      each.addEventListener('event', ({ detail }: any) => {
        if (detail.type === 'message') {
          told[i].push(detail.message.text)
        }
      })
    })
    const until = async (holds: () => boolean): Promise<void> => {
      while (!holds()) {
        await new Promise(resolve => setTimeout(resolve, 20))
      }
    }
    await until(() => rooms.every(room => room.info().connected === rooms.length - 1))
    const said: string[] = []
    for (const end = Date.now() + boundaries * EPOCH_MS; Date.now() < end;) {
      await Promise.all(rooms.flatMap((room, i) => Array.from({ length: atOnce }, async () => {
        const text = `${i}/${said.length}`
        said.push(text)
        await room.send(text)
      })))
      await new Promise(resolve => setTimeout(resolve, 50))
    }
    await until(() => told.every(texts => texts.length >= said.length))
    // each once, to everybody
    for (const texts of told) {
      expect(texts.slice().sort()).to.deep.equal(said.slice().sort())
    }
    const orders = await Promise.all(rooms.map(async room => (await room.history({ limit: 1_000 })).messages.map(m => m.id)))
    for (const order of orders) {
      expect(order).to.deep.equal(orders[0])
    }
  }

  it('roll over without losing a message', async () => { await talk([0, 0, 0], { boundaries: 3, atOnce: 1 }) })
  it('roll over with clocks that are wrong by a minute, both ways', async () => { await talk([0, 60_000, -60_000], { boundaries: 3, atOnce: 1 }) })
  it('lose nothing and tell nothing twice while four talk at once through four changes, one of them a minute off', async () => { await talk([0, 0, 60_000, 0], { boundaries: 4, atOnce: 3 }) })
})
