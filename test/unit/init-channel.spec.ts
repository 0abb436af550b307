import { expect } from 'aegir/chai'
import { remembersInit } from '../../src/network/carriers/init-channel.ts'

class FakeConnection {
  createDataChannel (label: string): any { return Object.assign(new EventTarget(), { label, readyState: 'connecting' }) }
}

describe('the first channel of a WebRTC connection', () => {
  const heardOf = async (channel: any): Promise<string[]> => {
    const heard: string[] = []
    for (const type of ['open', 'close', 'message']) {
      channel.addEventListener(type, () => { heard.push(type) }, { once: true })
    }
    await new Promise(resolve => setTimeout(resolve, 0))
    return heard
  }

  class Patched extends FakeConnection {}
  before(() => { remembersInit(Patched.prototype) })

  it('says that it opened and closed to who asks when both are over', async () => {
    const channel = new Patched().createDataChannel('init')
    channel.readyState = 'closed'
    expect(await heardOf(channel)).to.deep.equal(['open', 'close'])
  })

  it('says nothing before it is so, and nothing of other channels', async () => {
    expect(await heardOf(new Patched().createDataChannel('init'))).to.deep.equal([])
    const other = new Patched().createDataChannel('')
    other.readyState = 'closed'
    expect(await heardOf(other)).to.deep.equal([])
  })
})
