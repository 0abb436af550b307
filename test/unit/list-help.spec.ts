import { expect } from 'aegir/chai'
import { MAX_FOLLOWED_LINES, ResourceShelf } from '../../src/engine/resource-shelf.ts'
import { MAX_RESOURCES, decodeStatement, encodeStatement } from '../../src/moderation/index.ts'
import { MAX_LINES } from '../../src/moderation/operation.ts'
import { MemoryStore } from '../../src/store/memory.ts'
import { Maintainer, feedOf, hide } from '../support/made-feed.ts'
import type { Resource } from '../../src/moderation/index.ts'

const line = (n: number, more: Partial<Resource> = {}): Resource => ({ name: `line ${n}`, address: `tel:+1 ${n + 100}`, languages: ['en'], regions: ['*'], ...more })

describe('help lines of a list', () => {
  it('are what its maintainers said last of each address, beside its entries', () => {
    const ana = new Maintainer()
    const mallory = new Maintainer()
    const feed = feedOf(ana, [
      ana.say(1, { op: 'help', lines: [line(1), line(2)] }),
      ana.add(2, hide({ word: 'x' })),
      mallory.say(3, { op: 'help', lines: [line(9)] }),
      ana.say(4, { op: 'help', lines: [line(1, { name: 'new name' })] }, { op: 'unhelp', addresses: [line(2).address] })
    ])
    expect([...feed.help.values()].map(({ name }) => name)).to.deep.equal(['new name'])
    expect(feed.size).to.equal(1)
    expect(feed.version).to.equal(3)
  })

  it(`are at most ${MAX_RESOURCES} a list, ${MAX_LINES} at once, and ${MAX_FOLLOWED_LINES} of all lists, the nearest first`, () => {
    const ana = new Maintainer()
    const feed = feedOf(ana, Array.from({ length: MAX_RESOURCES / 50 + 3 }, (_, i) => ana.say(i, { op: 'help', lines: Array.from({ length: 50 }, (_, j) => line(i * 50 + j)) })))
    expect(feed.help.size).to.equal(MAX_RESOURCES)
    expect(() => encodeStatement([{ op: 'help', lines: Array.from({ length: MAX_LINES + 1 }, (_, i) => line(i)) }])).to.throw()
    const many = (title: string, from: number): { title: string, resources: Resource[] } => ({ title, resources: Array.from({ length: MAX_FOLLOWED_LINES }, (_, i) => line(from + i)) })
    const shown = new ResourceShelf(new MemoryStore()).for('en', [many('near', 0), many('far', MAX_FOLLOWED_LINES)])
    expect(shown.filter(({ list }) => list === 'near')).to.have.lengthOf(MAX_FOLLOWED_LINES)
    expect(shown.filter(({ list }) => list === 'far')).to.have.lengthOf(0)
  })

  it('that would run code, mislead or cannot be read are passed over, and what else was said counts', () => {
    // eslint-disable-next-line no-script-url
    for (const bad of [{ address: 'javascript:alert(1)' }, { address: 'http://plain.example' }, { name: 'A\u202eline' }, { name: 'x'.repeat(201) }, { regions: ['anywhere'] }] as Array<Partial<Resource>>) {
      const bytes = new TextEncoder().encode(JSON.stringify([{ op: 'help', lines: [line(1, bad)] }, { op: 'unhelp', addresses: ['x'] }]))
      expect(decodeStatement(bytes).map(each => each?.op)).to.deep.equal([undefined, 'unhelp'])
    }
  })
})
