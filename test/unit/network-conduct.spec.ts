import { expect } from 'aegir/chai'
import { Conduct, MAX_STREAMS_PER_PEER } from '../../src/network/conduct.ts'

describe('conduct on streams', () => {
  const make = (): { conduct: Conduct, offences: string[], pass (ms: number): void } => {
    let now = 0
    const offences: string[] = []
    const conduct = new Conduct({ now: () => now, onOffender: (peer, reason) => { offences.push(`${peer} ${reason}`) } })
    return { conduct, offences, pass: ms => { now += ms } }
  }

  it('lets a member open what it needs, and nobody a thousand streams', () => {
    const { conduct, offences, pass } = make()
    for (let i = 0; i < 600; i++) {
      conduct.opened('busy')
      pass(150)
    }
    expect(offences).to.deep.equal([])
    for (let i = 0; i < 1_000; i++) {
      conduct.opened('flood')
    }
    expect(offences[0]).to.equal('flood opens one stream after the other')
  })

  it('minds how many are open at once', () => {
    const { conduct, offences } = make()
    conduct.holds('honest', MAX_STREAMS_PER_PEER)
    expect(offences).to.have.lengthOf(0)
    conduct.holds('hoarder', MAX_STREAMS_PER_PEER + 1)
    expect(offences).to.have.lengthOf(1)
  })

  it('tells garbage from connections that break', () => {
    const { conduct, offences } = make()
    const error = (name: string): Error => Object.assign(new Error(name), { name })
    for (let i = 0; i < 100; i++) {
      conduct.failed('unlucky', error('StreamResetError'))
      conduct.failed('slow', error('TimeoutError'))
    }
    expect(offences).to.deep.equal([])
    for (let i = 0; i < 6; i++) {
      conduct.failed('hostile', error('FrameLengthError'))
    }
    expect(offences).to.deep.equal(['hostile garbage'])
  })
})
