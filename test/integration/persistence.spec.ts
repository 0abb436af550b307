import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'aegir/chai'
import { createUndertone } from '../../src/index.ts'
import { HandedStore } from '../../src/store/handed.ts'
import { openStore } from '../../src/store/index.ts'
import { Nodes, heard, hears, meets, soon } from '../support/nodes.ts'
import type { ChildNode } from '../../src/cli/child-node.ts'

const NETWORK = ['--profile', 'private', '--listen', '/ip4/127.0.0.1/tcp/0', '--dht', 'off', '--bootstrap', '/ip4/127.0.0.1/tcp/9']

describe('a node with a passphrase', () => {
  const nodes = new Nodes()
  let folder: string
  let passphrase: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'undertone-data-'))
    passphrase = join(folder, 'passphrase')
    writeFileSync(passphrase, 'correct horse\n')
  })
  afterEach(async () => {
    await nodes.stop()
    rmSync(folder, { recursive: true, force: true })
  })
  const start = (file = passphrase): ChildNode => nodes.start(['rpc', ...NETWORK, '--data', join(folder, 'data'), '--passphrase-file', file])

  it('is the same persona in the same rooms after kill -9, finds the others and hears what it missed', async () => {
    const friend = nodes.rpc(['--dht', 'off', '--bootstrap', '/ip4/127.0.0.1/tcp/9'])
    const { room } = await friend.call('room.create', { name: 'Kitchen', kind: 'invite' })
    const node = start()
    const { persona } = await node.call('room.join', { invite: (await friend.call('room.invite', { room })).invite })
    await Promise.all([meets(node), meets(friend)])
    await node.call('room.send', { room, text: 'before the fall' })
    await hears(friend, 'before the fall')
    node.kill('SIGKILL')
    await node.exited()
    await friend.call('room.send', { room, text: 'while you were away' })

    const again = start()
    const { rooms } = await again.call('room.list')
    expect(rooms.map((r: any) => [r.room, r.persona, r.name])).to.deep.equal([[room, persona, 'Kitchen']])
    expect((await again.call('room.messages', { room })).messages.map((m: any) => m.text)).to.include('before the fall')
    await hears(again, 'while you were away')
    await again.call('room.send', { room, text: 'back' })
    await hears(friend, 'back')
    expect(heard(friend).filter(text => text === 'before the fall')).to.have.lengthOf(1)
    const { members } = await friend.call('room.members', { room })
    expect(members).to.have.lengthOf(2)
  })

  it('has the draft of a room again after kill -9, sealed like the rest, and not once it was emptied, forgotten or wiped', async () => {
    const data = join(folder, 'data')
    const held = (): Buffer => Buffer.concat(readdirSync(data, { recursive: true, withFileTypes: true }).filter(each => each.isFile()).map(each => readFileSync(join(each.parentPath, each.name))))
    const ends = async (node: ChildNode): Promise<ChildNode> => {
      // a moment for the write, which nobody waits for
      await new Promise(resolve => setTimeout(resolve, 1_000))
      node.kill('SIGKILL')
      await node.exited()
      return start()
    }
    let node = start()
    const { room } = await node.call('room.create', { name: 'Kitchen', kind: 'open' })
    const { room: other } = await node.call('room.create', { name: 'Cellar', kind: 'open' })
    expect(await node.call('room.draft', { room })).to.deep.equal({ text: '' })
    expect(await node.call('room.draft', { room, text: 'half a thought' })).to.deep.equal({ text: 'half a thought' })
    await node.call('room.draft', { room: other, text: 'another half' })
    const error = await node.call('room.draft', { room, text: 'x'.repeat(16_385) }).catch(error => error)
    expect(String(error)).to.include('MessageTooLargeError')
    node = await ends(node)
    expect(held().includes('half')).to.equal(false)
    expect(await node.call('room.draft', { room })).to.deep.equal({ text: 'half a thought' })
    expect((await node.call('room.messages', { room })).messages).to.deep.equal([])
    await node.call('room.draft', { room, text: '' })
    await node.call('room.leave', { room: other })
    node = await ends(node)
    expect(await node.call('room.draft', { room })).to.deep.equal({ text: '' })
    await node.call('room.join', { name: 'Cellar' })
    expect(await node.call('room.draft', { room: other })).to.deep.equal({ text: '' })
    await node.call('room.draft', { room, text: 'before the wipe' })
    await node.call('node.wipe', { confirm: true })
    node.endInput()
    await node.exited()
    node = start()
    await node.call('room.join', { name: 'Kitchen' })
    expect(await node.call('room.draft', { room })).to.deep.equal({ text: '' })
  })

  it('keeps a draft in memory alone where there is no passphrase', async () => {
    const data = join(folder, 'none')
    const node = await createUndertone({ data, profile: 'private', listen: ['/ip4/127.0.0.1/tcp/0'], dht: 'off', bootstrap: [] })
    try {
      const room = await node.rooms.create({ name: 'Kitchen', kind: 'invite' })
      expect([room.draft('half a thought'), room.draft()]).to.deep.equal(['half a thought', 'half a thought'])
      await node.stop()
      expect(existsSync(data)).to.equal(false)
    } finally {
      await node.stop()
    }
  })

  it('goes on where it was after kill -9 in mid-conversation, though relay and bootstrap node died with it', async () => {
    const { node: relay, address } = await nodes.relay()
    const known = ['--bootstrap', address, '--dht', 'own']
    const begin = (): ChildNode => nodes.start(['rpc', '--profile', 'private', '--listen', '/ip4/127.0.0.1/tcp/0', ...known, '--data', join(folder, 'data'), '--passphrase-file', passphrase])
    const friends = [nodes.rpc(known), nodes.rpc(known)]
    const [ana, ben] = friends
    const { room } = await ana.call('room.create', { name: 'Kitchen', kind: 'invite' })
    const { invite } = await ana.call('room.invite', { room })
    const node = begin()
    await Promise.all([ben, node].map(async each => each.call('room.join', { invite })))
    await Promise.all([ana, ben, node].map(async each => meets(each, 2)))
    const said: string[] = []
    const silence = new AbortController()
    const talk = Promise.all(friends.map(async (each, i) => {
      for (let n = 0; !silence.signal.aborted; n++) {
        const text = `${i}/${n}`
        await each.call('room.send', { room, text })
        said.push(text)
        await new Promise(resolve => setTimeout(resolve, 20))
      }
    }))
    await node.until(() => heard(node).length > 10, soon())
    node.kill('SIGKILL')
    relay.kill('SIGKILL')
    await Promise.all([node.exited(), relay.exited()])
    const fell = said.length
    await ben.until(() => heard(ben).length > fell + 20, soon())

    const again = begin()
    await again.until(() => heard(again).length > 10, soon())
    silence.abort()
    await talk
    for (const each of friends) {
      await each.until(() => heard(each).length >= said.length, soon())
      expect(heard(each).slice().sort()).to.deep.equal(said.slice().sort())
    }
    for (const limit = soon(); ;) {
      limit.throwIfAborted()
      const { messages } = await again.call('room.messages', { room, limit: 1_000 })
      if (messages.length >= said.length) {
        expect(messages.map((m: any) => m.text).sort()).to.deep.equal(said.slice().sort())
        break
      }
      await new Promise(resolve => setTimeout(resolve, 100))
    }
    expect(new Set(heard(again)).size).to.equal(heard(again).length)
  })

  it('tells who listens what already happened while it started', async () => {
    const init = { profile: 'private' as const, dht: 'off' as const, bootstrap: [], listen: [] }
    const store = new HandedStore({ tell () {} })
    const first = await createUndertone({ ...init, store })
    const { id } = await first.rooms.create({ name: 'Kitchen', kind: 'invite' })
    await first.stop()
    const again = await createUndertone({ ...init, store: store.reopen() })
    const events: any[] = []
    again.addEventListener('event', event => { events.push(event.detail) })
    expect(events.filter(event => event.type === 'room')).to.deep.equal([{ type: 'room', room: id, name: 'Kitchen', kind: 'invite', joined: true }])
    await again.stop()
  })

  it('refuses a wrong passphrase and a second process with exit code 1, and goes on', async () => {
    const node = start()
    await node.call('room.create', { name: 'Kitchen', kind: 'invite' })
    const second = start()
    expect(await second.exited()).to.equal(1)
    expect((await node.call('room.list')).rooms).to.have.lengthOf(1)
    await node.stop()
    const wrong = join(folder, 'wrong')
    writeFileSync(wrong, 'incorrect horse')
    expect(await start(wrong).exited()).to.equal(1)
    expect((await start().call('room.list')).rooms).to.have.lengthOf(1)
  })

  it('writes nothing at all without one', async () => {
    const node = nodes.start(['rpc', ...NETWORK, '--data', join(folder, 'data')])
    const { room } = await node.call('room.create', { name: 'Kitchen', kind: 'invite' })
    await node.call('room.send', { room, text: 'words' })
    await node.stop()
    expect(readdirSync(folder)).to.deep.equal(['passphrase'])
  })

  it('holds nothing after wipe, and no disappearing message after its time, also while it was off', async () => {
    const node = start()
    const { room } = await node.call('room.create', { name: 'Kitchen', kind: 'invite' })
    await node.call('room.send', { room, text: 'lasting' })
    const expires = Date.now() + 3_000
    await node.call('room.send', { room, text: 'passing', expires })
    await node.stop()
    await new Promise(resolve => setTimeout(resolve, expires + 100 - Date.now()))
    const again = start()
    expect((await again.call('room.messages', { room })).messages.map((m: any) => m.text)).to.deep.equal(['lasting'])
    await again.call('node.wipe', { confirm: true })
    await again.stop()
    expect(readdirSync(join(folder, 'data'))).to.deep.equal([])
  })

  it('lets a room that was left go on time, and all there was of it', async () => {
    const node = start()
    const { room } = await node.call('room.create', { name: 'Kitchen', kind: 'invite', policy: { retention: 3_000 } })
    const { room: other } = await node.call('room.create', { name: 'Garden', kind: 'invite', policy: { retention: 600_000 } })
    for (const each of [room, other]) {
      await node.call('room.send', { room: each, text: 'words' })
      await node.call('room.leave', { room: each })
    }
    await new Promise(resolve => setTimeout(resolve, 3_500))
    await node.stop()
    const store = await openStore({ data: join(folder, 'data'), passphrase: 'correct horse' })
    expect(await store.rooms()).to.deep.equal([other])
    const kept = []
    for await (const { expires } of (await store.room(other)).all()) {
      kept.push(expires)
    }
    expect(kept).to.have.lengthOf(2)
    kept.forEach(expires => { expect(expires).to.be.within(Date.now() + 500_000, Date.now() + 600_000) })
    await store.close()
  })

  it('opens a room of two again with whom it was, not a second one beside it', async () => {
    const friend = nodes.rpc(['--dht', 'off', '--bootstrap', '/ip4/127.0.0.1/tcp/9'])
    const { room, persona } = await friend.call('room.create', { name: 'Kitchen', kind: 'invite' })
    const node = start()
    await node.call('room.join', { invite: (await friend.call('room.invite', { room })).invite })
    await node.until(() => node.events.some(event => event.type === 'member' && event.persona === persona), soon())
    const direct = await node.call('room.direct', { room, persona })
    await node.stop()
    const again = start()
    expect((await again.call('room.direct', { room, persona })).room).to.equal(direct.room)
    expect((await again.call('room.list')).rooms).to.have.lengthOf(2)
  })

  it('holds nothing after a wipe in the middle of a synchronisation, and can start anew', async () => {
    const author = nodes.rpc(['--dht', 'off', '--bootstrap', '/ip4/127.0.0.1/tcp/9'])
    const { room } = await author.call('room.create', { name: 'Kitchen', kind: 'invite' })
    const words = (n: number): string => `plainword-${n}-${'x'.repeat(100)}`
    await Promise.all(Array.from({ length: 3_000 }, async (_, n) => author.call('room.send', { room, text: words(n) })))
    const { invite } = await author.call('room.invite', { room })
    const node = start()
    await node.call('room.join', { invite })
    await node.until(() => node.events.some(event => event.type === 'sync' && event.received > 0), soon())
    await node.call('node.wipe', { confirm: true })
    expect(readdirSync(join(folder, 'data'))).to.deep.equal([])
    expect((await node.call('room.list')).rooms).to.deep.equal([])
    await node.stop()
    expect(readdirSync(join(folder, 'data'))).to.deep.equal([])
    const again = start()
    expect((await again.call('room.list')).rooms).to.deep.equal([])
    await again.stop()
    for (const file of readdirSync(join(folder, 'data'), { recursive: true, withFileTypes: true }).filter(each => each.isFile())) {
      const bytes = readFileSync(join(file.parentPath, file.name))
      expect(['plainword', 'Kitchen'].filter(word => bytes.includes(word)), file.name).to.deep.equal([])
    }
  })

  it('carries a room to another machine in a file, both ways, once', async () => {
    const node = start()
    const { room } = await node.call('room.create', { name: 'Kitchen', kind: 'invite' })
    await node.call('room.send', { room, text: 'over the mountains' })
    const path = join(folder, 'room.undertone')
    expect(await node.call('room.export', { room, path, passphrase: 'mule' })).to.include({ messages: 1 })
    expect(readFileSync(path).includes('mountains')).to.equal(false)
    await node.stop()

    const other = nodes.rpc(['--dht', 'off', '--bootstrap', '/ip4/127.0.0.1/tcp/9'])
    await expect(other.call('room.import', { path })).to.eventually.be.rejected.with.property('message').that.include('WrongPassphraseError')
    await expect(other.call('room.import', { path: passphrase })).to.eventually.be.rejected.with.property('message').that.include('InvalidBundleError')
    await other.call('room.import', { path, passphrase: 'mule' })
    await other.call('room.import', { path, passphrase: 'mule' })
    expect((await other.call('room.messages', { room })).messages.map((m: any) => m.text)).to.deep.equal(['over the mountains'])
    await other.until(() => other.events.filter(e => e.type === 'message').length === 1, soon())
    await other.call('room.send', { room, text: 'answer' })
    const back = join(folder, 'back.undertone')
    await other.call('room.export', { room, path: back })
    const home = start()
    await home.call('room.import', { path: back })
    expect((await home.call('room.messages', { room })).messages.map((m: any) => m.text)).to.deep.equal(['over the mountains', 'answer'])
  })
})
