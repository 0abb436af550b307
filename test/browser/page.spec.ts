import { expect } from 'aegir/chai'
import { heard, hears, soon } from '../support/nodes.ts'
import { onStage } from '../support/on-stage.ts'
import type { ChildNode } from '../../src/cli/child-node.ts'

const WS = '/ip4/127.0.0.1/tcp/0/ws'
const WEBRTC_DIRECT = '/ip4/127.0.0.1/udp/0/webrtc-direct'

describe('a page as a peer', () => {
  const { browsers, nodes } = onStage()

  /** A relay's process and the fragment that tells a page of it. */
  async function relay (listen: string): Promise<{ node: ChildNode, helper: string, fragment: string }> {
    const node = nodes.start(['relay', '--profile', 'private', '--memory', '--listen', listen])
    const helper = await node.firstLine(soon())
    return { node, helper, fragment: `#/helpers/${encodeURIComponent(helper)}` }
  }

  for (const listen of [WS, WEBRTC_DIRECT]) {
    const carrier = listen.split('/').pop() as string
    it(`meets another page by the room's name over a relay on ${carrier}; they talk on when it is killed, and a third joins through a desktop member`, async () => {
      const { node, helper, fragment } = await relay(listen)
      const ada = await browsers.open(fragment)
      await ada.joinByName('the meeting')
      await ada.say('first words')

      const began = performance.now()
      const ben = await browsers.open(fragment)
      await ben.joinByName('the meeting')
      await ben.sees('first words')
      console.error(`      opening the page to the other's first message: ${Math.round(performance.now() - began)} ms`)
      await ben.say('and an answer')
      await ada.sees('and an answer')

      const desktop = nodes.start(['rpc', '--memory', '--profile', 'private', '--listen', WEBRTC_DIRECT, '--bootstrap', helper])
      const { room } = await desktop.call('room.join', { name: 'the meeting' })
      await hears(desktop, 'and an answer')

      node.kill('SIGKILL')
      await node.exited()
      await ada.say('the relay is gone')
      await ben.sees('the relay is gone')
      await ben.say('and nobody minds')
      await ada.sees('and nobody minds')

      const { invite } = await desktop.call('room.invite', { room })
      const cleo = await browsers.open()
      await cleo.joinByInvite(invite)
      await cleo.sees('and nobody minds')
      await cleo.say('am I late?')
      await Promise.all([ada.sees('am I late?'), ben.sees('am I late?'), hears(desktop, 'am I late?')])
      for (const text of ['first words', 'and an answer', 'the relay is gone', 'and nobody minds', 'am I late?']) {
        await hears(desktop, text)
        expect(heard(desktop).filter(each => each === text), text).to.have.length(1)
        await cleo.sees(text)
      }
      await Promise.all([ada, ben, cleo].map(async each => each.close()))
    })
  }

  it('joins by the invite in its address, at a desktop member, with no relay and no certificate authority', async () => {
    const desktop = nodes.start(['rpc', '--memory', '--profile', 'private', '--listen', WEBRTC_DIRECT])
    const room = await desktop.call('room.create', { kind: 'invite', name: 'at my desk' })
    const { invite } = await desktop.call('room.invite', { room: room.room })
    const ada = await browsers.open(`#/join/${invite.replace('undertone:join/', '')}`)
    expect(await ada.page.evaluate(() => location.href)).to.not.include('join')
    await ada.enterInvite()
    await ada.say('hello desk')
    await hears(desktop, 'hello desk')
    await desktop.call('room.send', { room: room.room, text: 'hello page' })
    await ada.sees('hello page')

    // what is sealed to one person: the page has its own build of what seals
    const { persona } = (await ada.call('room.list')).rooms[0]
    const direct = await desktop.call('room.direct', { room: room.room, persona })
    await ada.page.locator('.room-entry').nth(1).click()
    await ada.say('only for the desk')
    await hears(desktop, 'only for the desk')
    await desktop.call('room.send', { room: direct.room, text: 'only for the page' })
    await ada.sees('only for the page')
    const back = await ada.call('room.direct', { room: room.room, persona: room.persona })
    expect(back.room).to.equal(direct.room)
  })
})
