import { Browsers } from '../support/browser.ts'
import { Nodes, soon } from '../support/nodes.ts'

describe('a page between relays', () => {
  const nodes = new Nodes()
  const browsers = new Browsers()
  before(async () => { await browsers.start() })
  after(async () => {
    await browsers.stop()
    await nodes.stop()
  })
  afterEach(() => { browsers.check() })

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
})
