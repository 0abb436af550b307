import { hears, soon } from '../support/nodes.ts'
import { onStage } from '../support/on-stage.ts'

describe('a page and a desktop', () => {
  const { browsers, nodes } = onStage()

  it('meet by the name of a room with the settings they come with, knowing one relay', async () => {
    const relay = nodes.start(['relay', '--profile', 'private', '--memory', '--listen', '/ip4/127.0.0.1/tcp/0/ws'])
    const helper = await relay.firstLine(soon())
    // neither --profile nor --dht: as it comes
    const desktop = nodes.start(['rpc', '--memory', '--listen', '/ip4/127.0.0.1/udp/0/webrtc-direct', '--bootstrap', helper])
    const { room } = await desktop.call('room.join', { name: 'the usual place' })
    const ada = await browsers.open(`#/helpers/${encodeURIComponent(helper)}`)
    await ada.joinByName('the usual place')
    await ada.say('from a page')
    await hears(desktop, 'from a page')
    await desktop.call('room.send', { room, text: 'from a desktop' })
    await ada.sees('from a desktop')
    await ada.close()
  })
})
