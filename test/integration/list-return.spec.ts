import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'aegir/chai'
import { createUndertone } from '../../src/index.ts'
import { hide } from '../support/made-feed.ts'
import type { Undertone, UndertoneInit } from '../../src/index.ts'

const LIMIT_MS = 100_000

async function until (is: () => boolean, what: string): Promise<void> {
  const began = performance.now()
  while (!is()) {
    if (performance.now() - began > LIMIT_MS) {
      throw new Error(`${what} did not happen`)
    }
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}

describe('a list whose maintainer was away', function () {
  this.timeout(4 * LIMIT_MS)
  const running = new Set<Undertone>()
  const folders: string[] = []
  afterEach(async () => {
    await Promise.all([...running].map(async engine => engine.stop()))
    running.clear()
    await Promise.all(folders.splice(0).map(async folder => rm(folder, { recursive: true, force: true })))
  })

  async function node (more: Partial<UndertoneInit> = {}): Promise<Undertone> {
    const engine = await createUndertone({ profile: 'private', dht: 'off', listen: ['/ip4/127.0.0.1/tcp/0'], bootstrap: ['/ip4/127.0.0.1/tcp/9'], ...more })
    running.add(engine)
    return engine
  }

  async function stop (engine: Undertone): Promise<void> {
    running.delete(engine)
    await engine.stop()
  }

  async function kept (): Promise<Partial<UndertoneInit>> {
    const data = await mkdtemp(join(tmpdir(), 'undertone-return-'))
    folders.push(data)
    return { data, passphrase: 'a passphrase of the maintainer' }
  }

  const portOf = (engine: Undertone, list: string): number => Number(/tcp\/(\d+)/.exec((engine.rooms as any).find(list).session.compartment.addresses().join())?.[1])

  it('is found by the old invite alone, with no DHT and nobody to ask: newcomers by it, readers by what they remember', async () => {
    const store = await kept()
    const [ana, ben] = [await node(store), await node()]
    const { list, address } = await ana.lists.create({ title: 'Calm' })
    await ana.lists.add(list, hide({ word: 'coins' }) as any)
    await ben.lists.subscribe({ address })
    await until(() => ben.lists.subscriptions()[0].entries === 1, 'the list reaching its first reader')
    const port = portOf(ana, list)
    await stop(ana)

    const again = await node(store)
    expect(portOf(again, list)).to.equal(port)
    await again.lists.add(list, hide({ word: 'pills' }) as any)
    await until(() => ben.lists.subscriptions()[0].entries === 2, 'news reaching who read the list before')
    await stop(ben)
    const cleo = await node()
    await cleo.lists.subscribe({ address })
    await until(() => cleo.lists.subscriptions()[0].entries === 2, 'the list reaching who has the old invite')
  })

  it('opens another port when its own is taken, and keeps that one', async () => {
    const store = await kept()
    const ana = await node(store)
    const { list } = await ana.lists.create({ title: 'Calm' })
    const port = portOf(ana, list)
    await stop(ana)
    const squatter = createServer()
    await new Promise<void>(resolve => { squatter.listen(port, '127.0.0.1', resolve) })
    try {
      const second = await node(store)
      const other = portOf(second, list)
      expect(other).to.be.above(0).and.not.equal(port)
      await stop(second)
      expect(portOf(await node(store), list)).to.equal(other)
    } finally {
      squatter.close()
    }
  })

  it('gives none of its readers, and no room, a port that comes back', async () => {
    const store = await kept()
    const [ana, ben] = [await node(), await node(store)]
    const { list, address } = await ana.lists.create({ title: 'Calm' })
    const { room } = await ben.rooms.create({ name: 'yard', kind: 'invite' }) as any
    await ben.lists.subscribe({ address })
    await stop(ben)
    const again = await node(store)
    for (const id of [list, room ?? again.rooms.list()[0].id]) {
      expect((again.rooms as any).find(id).core.state.ports).to.equal(undefined)
    }
  })
})
