import { expect } from 'aegir/chai'
import { Timeline } from '../../src/room/timeline.ts'

let count = 0

function message (fields: Record<string, unknown> = {}): any {
  const id = (++count).toString(16).padStart(64, '0')
  const body = fields.body ?? { kind: 'text', text: id }
  return { id, author: 'A', sequence: count, previous: undefined, seen: [], time: count, size: 10, kind: (body as { kind: string }).kind, body, ...fields }
}

describe('timeline', () => {
  it('shows the same order whatever way messages came', () => {
    const messages = Array.from({ length: 50 }, (_, i) => message({ time: i % 7, author: `A${i % 3}`, sequence: i }))
    const forwards = new Timeline()
    const backwards = new Timeline()
    messages.forEach(m => forwards.add(m, 0))
    messages.toReversed().forEach(m => backwards.add(m, 0))
    expect(forwards.ordered.map(m => m.id)).to.deep.equal(backwards.ordered.map(m => m.id))
  })

  it('takes a message once', () => {
    const timeline = new Timeline()
    const one = message()
    expect(timeline.add(one, 0)).to.equal(true)
    expect(timeline.add(one, 0)).to.equal(false)
    expect(timeline.size).to.equal(1)
  })

  it('knows what a chain lacks until it comes or nobody has it', () => {
    const timeline = new Timeline()
    const first = message({ sequence: 0 })
    const second = message({ sequence: 1, previous: first.id })
    timeline.add(second, 5)
    expect(timeline.missing()).to.deep.equal([{ id: first.id, author: 'A', since: 5 }])
    timeline.add(first, 6)
    expect(timeline.missing()).to.deep.equal([])
  })

  it('lets only the author edit or delete, also when the edit comes first', () => {
    const timeline = new Timeline()
    const target = message({ author: 'A' })
    timeline.add(message({ author: 'B', body: { kind: 'delete', to: target.id } }), 0)
    timeline.add(message({ author: 'A', body: { kind: 'edit', to: target.id, text: 'better' } }), 0)
    timeline.add(target, 0)
    const notes = timeline.annotations(target.id)
    expect(notes?.deletions.has(target.author)).to.equal(false)
    expect(notes?.edits.has(target.author)).to.equal(true)
  })

  it('holds at most as many messages as it was told, and drops the oldest', () => {
    const timeline = new Timeline({ maxMessages: 10 })
    const messages = Array.from({ length: 25 }, () => message())
    messages.forEach(m => timeline.add(m, 0))
    expect(timeline.ordered.map(m => m.id)).to.deep.equal(messages.slice(15).map(m => m.id))
  })

  it('holds at most as many bytes as it was told', () => {
    const timeline = new Timeline({ maxBytes: 100 })
    Array.from({ length: 25 }, () => message()).forEach(m => timeline.add(m, 0))
    expect(timeline.bytes).to.be.within(80, 100)
  })

  it('names a fork: two messages with one sequence number', () => {
    const timeline = new Timeline()
    timeline.add(message({ author: 'F', sequence: 3 }), 0)
    expect(timeline.forked('F' as any)).to.equal(false)
    timeline.add(message({ author: 'F', sequence: 3 }), 0)
    expect(timeline.forked('F' as any)).to.equal(true)
  })
})
