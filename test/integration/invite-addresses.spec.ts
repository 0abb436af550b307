import { multiaddr } from '@multiformats/multiaddr'
import { expect } from 'aegir/chai'
import { createUndertone } from '../../src/index.ts'
import { isLocalAddress } from '../../src/network/addresses.ts'
import { decodeInvite } from '../../src/wire/index.ts'
import type { Undertone } from '../../src/index.ts'

describe('an invite of a public room', () => {
  let engine: Undertone
  before(async () => {
    engine = await createUndertone({ profile: 'public', dht: 'off', bootstrap: [], listen: ['/ip4/0.0.0.0/tcp/0'], app: 'https://chat.example.org/app/' })
  })
  after(async () => { await engine.stop() })

  it('tells nobody where its maker is in a local network, unless asked to; nor does a list', async () => {
    const room = await engine.rooms.create({ name: 'Balcony', kind: 'invite' })
    const own = engine.status().addresses
    expect(own).to.not.be.empty()
    const contacts = async (local?: boolean): Promise<string[]> => decodeInvite((await room.invite({ local })).invite).contacts.map(String)
    const isLocal = new Set(own.filter(address => isLocalAddress(multiaddr(address))))
    expect((await contacts()).filter(address => isLocal.has(address))).to.deep.equal([])
    expect(await contacts(false)).to.deep.equal(await contacts())
    expect((await contacts(true)).length).to.equal(Math.min(6, own.length))
    const { address } = await engine.lists.create({ title: 'Weeds' })
    expect(decodeInvite(address).contacts.filter(isLocalAddress)).to.deep.equal([])
  })

  it('is a link to the app that was named', async () => {
    const { link, invite } = await (await engine.rooms.create({ name: 'Terrace', kind: 'invite' })).invite()
    expect(link).to.equal(`https://chat.example.org/app/#/join/${invite.slice('undertone:join/'.length)}`)
  })
})
