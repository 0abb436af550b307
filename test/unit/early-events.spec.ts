import { expect } from 'aegir/chai'
import { EarlyEvents, MAX_EARLY_EVENTS } from '../../src/engine/early-events.ts'

describe('what happens while a node starts', () => {
  it('is told once, in its order, to who listens when it has started', () => {
    const early = new EarlyEvents()
    const events = [1, 2, 3].map(n => ({ type: 'message' as const, n }))
    expect(events.map(event => early.hold(event))).to.deep.equal([true, true, true])
    expect(early.release()).to.deep.equal(events)
    expect(early.release()).to.deep.equal([])
    expect(early.hold(events[0])).to.equal(false)
  })

  it(`is kept up to ${MAX_EARLY_EVENTS} events, and how many were lost is told first`, () => {
    const early = new EarlyEvents()
    for (let n = 0; n < MAX_EARLY_EVENTS + 3; n++) {
      early.hold({ type: 'message', n })
    }
    const [overflow, ...rest] = early.release()
    expect(overflow).to.deep.equal({ type: 'status', overflow: 3 })
    expect(rest).to.have.lengthOf(MAX_EARLY_EVENTS)
    expect(rest[0]).to.include({ n: 3 })
  })
})
