import { expect } from 'aegir/chai'
import { MAX_ENDED_CHAINS, Timeline } from '../../src/room/timeline.ts'

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

  it('remembers nothing of others\' words about messages that are not here for longer than those words', () => {
    const timeline = new Timeline()
    const claims = Array.from({ length: 60 }, (_, i) => {
      const to = `never-${i % 20}`
      return message({ author: `A${i}`, body: [{ kind: 'edit', to, text: 'x' }, { kind: 'delete', to }, { kind: 'reaction', to, emoji: 'x', remove: false }][i % 3] })
    })
    claims.forEach(m => timeline.add(m, 0))
    expect(timeline.remembered.annotated).to.equal(20)
    timeline.remove(claims.map(m => m.id))
    expect(timeline.remembered.annotated).to.equal(0)
  })

  it('keeps what was said about a message as long as those words and that message, as after a restart', () => {
    const timeline = new Timeline()
    const target = message()
    const [reaction, edit, other] = [
      message({ author: 'B', body: { kind: 'reaction', to: target.id, emoji: 'x', remove: false } }),
      message({ author: 'A', body: { kind: 'edit', to: target.id, text: 'for a moment' } }),
      message({ author: 'C', body: { kind: 'reaction', to: target.id, emoji: 'y', remove: false } })
    ]
    ;[target, reaction, edit, other].forEach(m => timeline.add(m, 0))
    timeline.remove([reaction.id, edit.id])
    expect([...timeline.annotations(target.id)?.reactions.keys() ?? []]).to.deep.equal(['y'])
    expect(timeline.annotations(target.id)?.edits.size).to.equal(0)
    timeline.remove([target.id])
    expect(timeline.remembered.annotated).to.equal(0)
  })

  it('lets nobody keep an author from changing a message that comes later than the change', () => {
    const timeline = new Timeline()
    const target = message({ author: 'A' })
    for (let i = 0; i < 100; i++) {
      timeline.add(message({ author: `X${i}`, body: i % 2 === 0 ? { kind: 'edit', to: target.id, text: 'not mine' } : { kind: 'delete', to: target.id } }), 0)
    }
    const edit = message({ author: 'A', body: { kind: 'edit', to: target.id, text: 'mine' } })
    ;[edit, message({ author: 'A', body: { kind: 'delete', to: target.id } }), target].forEach(m => timeline.add(m, 0))
    expect(timeline.annotations(target.id)?.edits.get('A' as any)).to.equal(edit)
    expect(timeline.annotations(target.id)?.deletions.has('A' as any)).to.equal(true)
  })

  it('asks for nothing that only messages gone by now named', () => {
    const timeline = new Timeline()
    const late = Array.from({ length: 30 }, (_, i) => message({ author: `A${i}`, sequence: 5, previous: `before-${i}` }))
    late.forEach(m => timeline.add(m, 0))
    expect(timeline.missing()).to.have.lengthOf(30)
    timeline.remove(late.map(m => m.id))
    expect(timeline.missing()).to.deep.equal([])
  })

  it('knows where chains ended whose messages are gone, without their words, of at most MAX_ENDED_CHAINS personas', () => {
    const timeline = new Timeline()
    const all = Array.from({ length: MAX_ENDED_CHAINS + 10 }, (_, i) => message({ author: `A${i}`, sequence: 7 }))
    all.forEach(m => timeline.add(m, 0))
    timeline.remove(all.map(m => m.id))
    expect(timeline.remembered.authors).to.equal(MAX_ENDED_CHAINS)
    expect(timeline.head('A0' as any)).to.equal(undefined)
    const end = timeline.head(`A${MAX_ENDED_CHAINS}` as any)
    expect(end?.sequence).to.equal(7)
    expect(end).to.not.have.property('body')
  })
})
