import { expect } from 'aegir/chai'
import { block, createRoomHost, epochs, introduce, say, until } from '../support/room-hosts.ts'
import type { RoomHost, RoomHostInit } from '../support/room-hosts.ts'

const ROOM = 77

describe('a room with stems', () => {
  let hosts: RoomHost[] = []
  afterEach(async () => { await Promise.all(hosts.splice(0).map(async host => host.stop())) })

  /** All connected to all, and in each other's mesh. */
  const room = async (count: number, init: (index: number) => Partial<RoomHostInit> = () => ({})): Promise<RoomHost[]> => {
    hosts = await Promise.all(Array.from({ length: count }, async (_, i) => createRoomHost({
      epochs: epochs(ROOM, 10),
      membership: { renewalSpreadMs: 50 },
      ...init(i),
      gossip: { degree: { D: count, Dlo: count - 1, Dhi: count + 2 }, ...init(i).gossip }
    })))
    for (let i = 0; i < count; i++) {
      await Promise.all(hosts.slice(0, i).map(async (host, j) => (i + j) % 2 === 0 ? introduce(host, hosts[i]) : introduce(hosts[i], host)))
    }
    await until(() => hosts.every(host => host.gossip.neighbours().length >= hosts.length - 1))
    return hosts
  }

  it('lets a spy in everybody’s mesh guess authors by who tells it first, and be mostly wrong', async () => {
    const first = new Map<number, string>()
    const all = await room(9, index => ({
      stem: { embargo: { meanMs: 60_000 } },
      validate: (envelope, { peer }) => {
        const seed = new DataView(envelope.buffer, envelope.byteOffset).getUint32(0)
        if (index === 0 && !first.has(seed)) {
          first.set(seed, peer)
        }
        return 'accept'
      }
    }))
    let seed = 0
    const right = { stem: 0, gossip: 0 }
    for (let epoch = 10; epoch < 16; epoch++) {
      // new routes; the room's keys need not change for that
      all.forEach(host => { host.stem.setEpochs(epochs(ROOM, epoch)) })
      for (const author of all.slice(1)) {
        for (const way of ['stem', 'gossip'] as const) {
          await (way === 'stem' ? say(author, block(++seed), 10) : author.gossip.publish(block(++seed)))
          await until(() => first.has(seed))
          right[way] += Number(first.get(seed) === author.peer)
        }
      }
    }
    // 48 of each: by gossip alone the spy is nearly always right
    expect(right.gossip).to.be.above(28)
    expect(right.stem).to.be.below(right.gossip / 2)
  })

  it('goes on before members that have accepted an envelope are done with it', async () => {
    let done = (): void => {}
    const gate = new Promise<void>(resolve => { done = resolve })
    const all = await room(6, () => ({
      // whoever comes after the author ends the stem
      stem: { diffuseProbability: 1, embargo: { meanMs: 600_000, minMs: 600_000 } },
      validate: (_, { onward }) => {
        onward?.()
        return gate.then(() => 'accept' as const)
      }
    }))
    const envelope = block(7)
    await say(all[0], envelope, 10)
    await until(() => all.slice(1).every(host => host.received.length === 1))
    done()
    await until(() => all.slice(1).every(host => host.gossip.seen(envelope)))
    expect(all.flatMap(host => host.offenders)).to.deep.equal([])
  })

  it('brings every message to everybody once, and says when it was heard', async () => {
    const all = await room(6)
    const heard: string[] = []
    all[0].gossip.addEventListener('heard', event => { heard.push(event.detail.envelope) })
    const said = Array.from({ length: 40 }, (_, i) => block(1_000 + i))
    await Promise.all(said.map(async envelope => say(all[0], envelope, 10)))
    await until(() => all.slice(1).every(host => host.received.length >= said.length) && heard.length === said.length)
    for (const host of all.slice(1)) {
      expect(host.received).to.have.lengthOf(said.length)
    }
    expect(all[0].received).to.have.lengthOf(0)
  })

  it('loses nothing to members that take stems and drop them', async () => {
    const droppers = new Set([1, 2, 3])
    const all = await room(7, index => droppers.has(index) ? { stem: { judge: () => 'ignore' } } : { stem: { embargo: { meanMs: 200, minMs: 50 } } })
    const said = Array.from({ length: 12 }, (_, i) => block(2_000 + i))
    for (const envelope of said) {
      await say(all[0], envelope, 10)
    }
    await until(() => all.slice(1).every((host, i) => droppers.has(i + 1) || host.received.length === said.length))
  })

  it('goes on by another successor when one leaves in mid-stem', async () => {
    const all = await room(6, () => ({ stem: { embargo: { meanMs: 600_000, minMs: 600_000 } } }))
    const author = all[0]
    await say(author, block(3_000), 10)
    await until(() => all.slice(1).every(host => host.received.length === 1))
    const [successor] = author.stem.route.successors
    const gone = all.find(host => host.peer === author.stem.route.next(null)) as RoomHost
    expect([successor, ...author.stem.route.successors]).to.include(gone.peer)
    // it takes what it is given and dies before it has passed anything on
    const saying = say(author, block(3_001), 10)
    await gone.stop()
    await saying
    const others = all.slice(1).filter(host => host !== gone)
    await until(() => others.every(host => host.received.length === 2))
  })

  it('makes its author wait when members are slow, instead of keeping more and more', async () => {
    let release = (): void => {}
    const gate = new Promise<void>(resolve => { release = resolve })
    const all = await room(5, index => index === 0 ? {} : { validate: async () => gate.then(() => 'accept' as const) })
    const sending = Array.from({ length: 400 }, async (_, i) => say(all[0], block(4_000 + i, 512), 10))
    await until(() => all[0].gossip.outstanding().waiting > 0)
    expect(all[0].gossip.outstanding().envelopes).to.be.at.most(256)
    release()
    await Promise.all(sending)
    await until(() => all.slice(1).every(host => host.received.length === 400))
  })
})
