import { multiaddr } from '@multiformats/multiaddr'
import { expect } from 'aegir/chai'
import { RestingAddressError, rested } from '../../src/network/carriers/rested.ts'

const DEAD = multiaddr('/ip4/192.0.2.1/tcp/443/wss')
const OTHER = multiaddr('/ip4/192.0.2.2/tcp/443/wss')

describe('an address that does not answer', () => {
  let now = 0
  let dials: string[] = []
  let answers = false
  const make = (): any => rested(() => ({
    dial: async (address: any) => {
      dials.push(address.toString())
      if (!answers) {
        throw new Error('refused')
      }
      return 'a connection'
    }
  }) as any, { now: () => now })({})
  const attempt = async (transport: any, address = DEAD, signal?: AbortSignal): Promise<unknown> => transport.dial(address, { signal }).catch((error: unknown) => error)

  beforeEach(() => {
    now = 0
    dials = []
    answers = false
  })

  it('is dialled a few times in a minute however often it is asked for, and others at once', async () => {
    const transport = make()
    for (; now < 60_000; now += 50) {
      await attempt(transport)
    }
    expect(dials.length).to.be.within(10, 16)
    expect(await attempt(transport)).to.be.instanceOf(RestingAddressError)
    expect(String(await attempt(transport, OTHER))).to.include('refused')
  })

  it('is met again within five seconds of coming back, and then rests no more', async () => {
    const transport = make()
    for (; now < 60_000; now += 50) {
      await attempt(transport)
    }
    answers = true
    now += 5_000
    expect(await attempt(transport)).to.equal('a connection')
    expect(await attempt(transport)).to.equal('a connection')
  })

  it('is not blamed when whoever dialled gave up', async () => {
    const transport = make()
    await attempt(transport, DEAD, AbortSignal.abort())
    answers = true
    expect(await attempt(transport)).to.equal('a connection')
  })
})
