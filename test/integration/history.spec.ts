import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'aegir/chai'
import { Nodes, heard, hears, soon } from '../support/nodes.ts'
import type { ChildNode } from '../../src/cli/child-node.ts'

describe('history of real processes', () => {
  const nodes = new Nodes()
  let folder: string
  let relay: string
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'undertone-history-'))
    relay = (await nodes.relay()).address
  })
  afterEach(async () => {
    await nodes.stop()
    rmSync(folder, { recursive: true, force: true })
  })
  /** A member whose data outlives its process. */
  const start = (name: string, passphrase = 'correct horse'): ChildNode => {
    writeFileSync(join(folder, `${name}.passphrase`), passphrase)
    return nodes.start(['rpc', '--profile', 'private', '--listen', '/ip4/127.0.0.1/tcp/0', '--bootstrap', relay, '--dht', 'own', '--data', join(folder, name), '--passphrase-file', join(folder, `${name}.passphrase`)])
  }
  const mine = async (node: ChildNode, room: string): Promise<string[]> => (await node.call('room.messages', { room })).messages.map((m: any) => m.delivery)

  it('carries what was written alone to the last member, though no two but neighbours ever met', async () => {
    const ana = start('ana')
    const { room } = await ana.call('room.create', { name: 'Kitchen', kind: 'invite' })
    const { invite } = await ana.call('room.invite', { room })
    await ana.call('room.send', { room, text: 'is anybody there' })
    expect(await mine(ana, room)).to.deep.equal(['sending'])
    await ana.stop()

    // days later: nobody knew of it but the disk
    const again = start('ana')
    expect(await mine(again, room)).to.deep.equal(['sending'])
    const ben = start('ben')
    await ben.call('room.join', { invite })
    await hears(ben, 'is anybody there')
    await again.until(() => again.events.some(event => event.type === 'status' && event.delivery === 'heard'), soon())
    await again.stop()
    await ben.call('room.send', { room, text: 'now I am' })
    await ben.stop()

    const later = start('ben')
    const cho = start('cho')
    await cho.call('room.join', { invite })
    await Promise.all(['is anybody there', 'now I am'].map(async text => hears(cho, text)))
    expect(heard(cho).filter(text => text === 'is anybody there')).to.have.lengthOf(1)
    expect(await cho.call('room.messages', { room })).to.include({ more: false, end: 'complete' })
    await later.stop()

    const home = start('ana')
    await hears(home, 'now I am')
    expect((await home.call('room.messages', { room })).messages.map((m: any) => m.text)).to.deep.equal(['is anybody there', 'now I am'])
  })

  it('is found again in any script, also what came before a restart', async () => {
    const node = start('ana')
    const { room } = await node.call('room.create', { name: 'Kitchen', kind: 'invite' })
    for (const text of ['你好世界', 'قال مُحَمَّد', 'Der späte Zug']) {
      await node.call('room.send', { room, text })
    }
    await node.stop()
    const again = start('ana')
    for (const [text, found] of [['世界', '你好世界'], ['محمد', 'قال مُحَمَّد'], ['SPATE', 'Der späte Zug']]) {
      expect((await again.call('room.search', { room, text })).messages.map((m: any) => m.text)).to.deep.equal([found])
    }
  })

  it('opens with a new passphrase only, and is gone when the duress passphrase is entered', async () => {
    const node = start('ana')
    await node.call('room.create', { name: 'Kitchen', kind: 'invite' })
    await expect(node.call('node.passphrase', { current: 'wrong', next: 'battery' })).to.eventually.be.rejected.with.property('message').that.include('WrongPassphraseError')
    await node.call('node.passphrase', { current: 'correct horse', next: 'battery' })
    await node.call('node.duress', { current: 'battery', duress: 'staple' })
    await node.stop()
    expect(await start('ana').exited()).to.equal(1)
    const again = start('ana', 'battery')
    expect((await again.call('room.list')).rooms).to.have.lengthOf(1)
    await again.stop()
    const empty = start('ana', 'staple')
    expect((await empty.call('room.list')).rooms).to.deep.equal([])
    await empty.stop()
    expect(await start('ana', 'battery').exited()).to.equal(1)
  })

  it('travels in files that tell when they are damaged, and change nothing when they come twice or from two people', async () => {
    const ana = start('ana')
    const { room } = await ana.call('room.create', { name: 'Kitchen', kind: 'invite' })
    await ana.call('room.send', { room, text: 'over the mountains' })
    const ben = start('ben')
    await ben.call('room.join', { invite: (await ana.call('room.invite', { room })).invite })
    await hears(ben, 'over the mountains')
    const authors = [(await ana.call('room.info', { room })).persona, (await ben.call('room.info', { room })).persona]
    await ben.until(() => ben.events.some(event => event.type === 'member' && event.persona === authors[1]), soon())
    const [one, two, bad] = ['one', 'two', 'bad'].map(name => join(folder, name))
    await ana.call('room.export', { room, path: one })
    await ben.call('room.export', { room, path: two })
    await Promise.all([ana.stop(), ben.stop()])

    const cho = nodes.rpc(['--dht', 'off', '--bootstrap', '/ip4/127.0.0.1/tcp/9'])
    const whole = readFileSync(one)
    for (const damaged of [whole.subarray(0, whole.length - 1), whole.subarray(0, 40), whole.map((byte, i) => i === 200 ? byte ^ 1 : byte)]) {
      writeFileSync(bad, damaged)
      await expect(cho.call('room.import', { path: bad })).to.eventually.be.rejected.with.property('message').that.include('InvalidBundleError')
    }
    expect((await cho.call('room.list')).rooms).to.deep.equal([])
    for (const path of [one, one, two, one]) {
      await cho.call('room.import', { path })
    }
    expect((await cho.call('room.messages', { room })).messages.map((m: any) => m.text)).to.deep.equal(['over the mountains'])
    await cho.until(() => heard(cho).length === 1, soon())
    expect((await cho.call('room.members', { room })).members.map((m: any) => m.persona)).to.include.members(authors)
  })
})
