import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'aegir/chai'
import { soon } from '../support/nodes.ts'
import { onStage } from '../support/on-stage.ts'
import { freePort } from '../support/tls.ts'
import type { ChildNode } from '../../src/cli/child-node.ts'

/** How long a page that lost its relay is watched, and how often it may knock meanwhile: 0.5, 1, 2, 4 s apart. */
const LOOK_MS = 8_000
const MAX_DIALS = 12

describe('a page between relays', () => {
  const { browsers, nodes } = onStage()

  it('moves its reservation to another relay when one dies, so that newcomers still get in', async () => {
    const relays = await Promise.all([0, 1].map(async () => {
      const node = nodes.start(['relay', '--profile', 'private', '--memory', '--listen', '/ip4/127.0.0.1/tcp/0/ws'])
      return { node, address: await node.firstLine(soon()) }
    }))
    const fragment = `#/helpers/${encodeURIComponent(relays.map(each => each.address).join(','))}`
    const ada = await browsers.open(fragment)
    await ada.joinByName('two relays')
    await ada.say('who is there?')
    const reserved = async (): Promise<string> => (await ada.call('node.status')).addresses.join(' ')
    const until = async (ask: () => Promise<boolean>): Promise<void> => {
      const signal = soon()
      while (!await ask()) {
        signal.throwIfAborted()
        await new Promise(resolve => setTimeout(resolve, 250))
      }
    }
    await until(async () => (await reserved()).includes('/p2p-circuit'))
    const [first, second] = relays.map(({ address }) => address.split('/p2p/')[1])
    const [dead, living] = (await reserved()).includes(first) ? [0, 1] : [1, 0]
    relays[dead].node.kill('SIGKILL')
    await until(async () => (await reserved()).includes([first, second][living]))
    const ben = await browsers.open(fragment)
    await ben.joinByName('two relays')
    await ben.sees('who is there?')
    await ben.say('only me')
    await ada.sees('only me')
  })

  it('finds a relay that was started again at the address it had, certificate and all', async () => {
    const data = await mkdtemp(join(tmpdir(), 'undertone-relay-'))
    try {
      const start = (): ChildNode => nodes.start(['relay', '--profile', 'private', '--data', data, '--listen', `/ip4/127.0.0.1/udp/${port}/webrtc-direct`])
      const port = await freePort()
      const first = start()
      const address = await first.firstLine(soon())
      await first.stop()
      const second = start()
      expect(await second.firstLine(soon())).to.equal(address)
      const fragment = `#/helpers/${encodeURIComponent(address)}`
      const [ada, ben] = await Promise.all([0, 1].map(async () => browsers.open(fragment)))
      await ada.joinByName('the same place')
      await ada.say('still here?')
      await ben.joinByName('the same place')
      await ben.sees('still here?')
    } finally {
      await rm(data, { recursive: true, force: true })
    }
  })

  it('remembers the relay that an invite led through, also at the next visit, and does not hammer it once it is dead', async () => {
    const relay = nodes.start(['relay', '--profile', 'private', '--memory', '--listen', '/ip4/127.0.0.1/tcp/0/ws'])
    const helper = await relay.firstLine(soon())
    const ada = await browsers.open(`#/helpers/${encodeURIComponent(helper)}`)
    const { room } = await ada.call('room.create', { kind: 'invite', name: 'through a relay' })
    const until = async (ask: () => Promise<boolean>): Promise<void> => {
      const signal = soon()
      while (!await ask()) {
        signal.throwIfAborted()
        await new Promise(resolve => setTimeout(resolve, 250))
      }
    }
    await until(async () => (await ada.call('node.status')).addresses.join(' ').includes('/p2p-circuit'))
    const { invite } = await ada.call('room.invite', { room })

    const context = await browsers.profile()
    const ben = await browsers.open('', context)
    await ben.joinByInvite(invite)
    await until(async () => (await ben.call('room.list')).rooms[0].connected > 0)
    expect((await ben.call('page.state')).helpers).to.deep.equal([helper])
    await ben.call('page.keep', { passphrase: 'four small boats at sea' })
    await ben.close()
    const again = await browsers.open('', context)
    await again.call('page.keep', { passphrase: 'four small boats at sea' })
    expect((await again.call('page.state')).helpers).to.deep.equal([helper])
    await until(async () => (await again.call('room.list')).rooms[0].connected > 0)

    relay.kill('SIGKILL')
    await relay.exited()
    let dials = 0
    again.page.on('websocket', () => { dials++ })
    await new Promise(resolve => setTimeout(resolve, LOOK_MS))
    console.error(`      ${dials} dials in ${LOOK_MS / 1000} s`)
    expect(dials).to.be.at.most(MAX_DIALS)
    await context.close()
  })
})
