import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'aegir/chai'
import { toString } from 'uint8arrays'
import { ChildNode } from '../../src/cli/child-node.ts'
import { epochKeys } from '../../src/crypto/index.ts'
import { decodeInvite } from '../../src/wire/index.ts'
import { LOCAL, Nodes, hears, meets, soon } from '../support/nodes.ts'

const MiB = 1024 * 1024

describe('a log of everything', () => {
  const nodes = new Nodes()
  const talkers: ChildNode[] = []
  let folder = ''
  before(async () => { folder = await mkdtemp(join(tmpdir(), 'undertone-log-')) })
  after(async () => {
    await Promise.all([nodes.stop(), ...talkers.map(async each => each.stop())])
    await rm(folder, { recursive: true })
  })

  it('has peers and addresses in it, and no word, name, invite, room or key', async () => {
    const { address, node: relay } = await nodes.relay()
    const [ana, ben] = [1, 2].map(() => new ChildNode(['rpc', ...LOCAL, '--dht', 'own', '--bootstrap', address, '--bootstrap', '/ip4/127.0.0.1/tcp/9/p2p/12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN', '--log', 'debug'], 16 * MiB))
    talkers.push(ana, ben)
    const refused = async (node: ChildNode, method: string, params: object): Promise<void> => { await expect(node.call(method, params)).to.eventually.be.rejected() }

    const { room } = await ana.call('room.create', { name: 'ROOMNAME-1', kind: 'invite' })
    const { invite, link } = await ana.call('room.invite', { room, label: 'INVITELABEL' })
    await ben.call('room.join', { invite })
    const open = await ana.call('room.join', { name: 'ROOMNAME-2', passphrase: 'PASSPHRASE-1' })
    await ben.call('room.join', { name: 'ROOMNAME-2', passphrase: 'PASSPHRASE-1' })
    await Promise.all([meets(ana), meets(ben)])
    const { id } = await ana.call('room.send', { room, text: 'WORDS-1' })
    await hears(ben, 'WORDS-1')
    await ben.call('room.send', { room, text: 'WORDS-2', replyTo: id })
    await hears(ana, 'WORDS-2')
    await ana.call('room.rename', { room, persona: (await ben.call('room.info', { room })).persona, petname: 'PETNAME-1' })
    await ana.call('room.attach', { room, data: Buffer.from('WORDS-3').toString('base64url'), name: 'FILENAME-1.txt', type: 'text/plain' })
    await ana.call('room.direct', { room, persona: (await ben.call('room.info', { room })).persona })
    const { list } = await ana.call('list.create', { title: 'LISTTITLE-1' })
    await ana.call('list.add', { list, subject: { word: 'LISTWORD-1' }, action: 'hide', reason: 'spam', note: 'LISTNOTE-1' })
    await ben.call('report.send', { room, message: id, reason: 'spam', note: 'REPORTNOTE-1', to: [] }).catch(() => {})

    // what goes wrong
    await refused(ben, 'room.join', { invite: `${invite.slice(0, -9)}ALTERED-1` })
    await refused(ben, 'room.join', { invite: invite.slice(0, -9) })
    await refused(ben, 'room.send', { room, text: ['WORDS-4'] })
    await refused(ben, 'room.send', { room: 'ROOMNAME-3', text: 'WORDS-5' })
    await refused(ben, 'METHOD-1', {})
    await refused(ben, 'room.edit', { room, message: id, text: 'WORDS-6' })
    await writeFile(join(folder, 'FILENAME-2'), 'WORDS-7')
    await refused(ben, 'room.import', { path: join(folder, 'FILENAME-2'), passphrase: 'PASSPHRASE-2' })
    await refused(ben, 'list.import', { path: join(folder, 'FILENAME-3') })
    ben.write('{"WORDS-8": "WORDS-9\n')
    await ben.until(() => ben.refusals.length > 0, soon())
    // dials, look-ups and comparisons that break
    relay.kill('SIGKILL')
    await ana.call('node.refresh')
    await ana.stop()
    await ben.call('node.refresh')
    await ben.call('room.send', { room, text: 'WORDS-10' })
    await ben.stop()

    const decoded = decodeInvite(invite)
    const keys = epochKeys(decoded.epochKey as any)
    const secrets = [decoded.epochKey, decoded.inviteSeed, keys.membership, keys.envelope, keys.rendezvous].flatMap(key => (['hex', 'base64url', 'base64'] as const).map(form => toString(key as Uint8Array, form)))
    for (const log of [ana.stderr, ben.stderr]) {
      // it is a log of what happens
      expect(log).to.match(/ debug bootstrap .*12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN/)
      for (const word of ['WORDS', 'NAME-', 'PASSPHRASE', 'INVITELABEL', 'LISTTITLE', 'LISTWORD', 'NOTE-', 'METHOD-1', 'ALTERED', 'undertone:join', '#/join/', invite.slice(20, 60), link.slice(-60), room, open.room, keys.topic, ...secrets]) {
        expect(log).to.not.include(word)
      }
    }
  })
})
