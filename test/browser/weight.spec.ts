import { gzipSync } from 'node:zlib'
import { expect } from 'aegir/chai'
import { hears } from '../support/nodes.ts'
import { onStage } from '../support/on-stage.ts'

/** Everything a page needs to talk, as a slow line sees it. */
const MAX_GZIPPED = 320 * 1024

describe('what a page weighs', () => {
  const { browsers, nodes } = onStage()

  it('is at most 320 KB gzipped until people have found each other by name and by invite, and talked', async () => {
    const desktop = nodes.start(['rpc', '--memory', '--profile', 'private', '--listen', '/ip4/127.0.0.1/udp/0/webrtc-direct'])
    const { room } = await desktop.call('room.create', { kind: 'open', name: 'scales' })
    const { invite } = await desktop.call('room.invite', { room })
    await desktop.call('room.send', { room, text: 'a weighty word' })
    const context = await browsers.profile({ serviceWorkers: 'block' })
    const ada = await browsers.open('', context)
    await ada.joinByName('nobody else')
    const ben = await browsers.open('', context)
    await ben.joinByInvite(invite)
    await ben.sees('a weighty word')
    await ben.say('a light answer')
    await hears(desktop, 'a light answer')
    const sent = [...browsers.server.sent].map(([name, bytes]) => [name, gzipSync(bytes, { level: 9 }).length] as const)
    const total = sent.reduce((sum, [, size]) => sum + size, 0)
    console.error(`      ${sent.sort((a, b) => b[1] - a[1]).map(([name, size]) => `${name} ${size}`).join(', ')}: ${Math.ceil(total / 1024)} KB`)
    expect(total).to.be.greaterThan(100 * 1024).and.at.most(MAX_GZIPPED)
  })
})
