import { expect } from 'aegir/chai'
import { MAX_NAMED, standingIn } from '../../src/engine/list-preview.ts'
import { EntryIndex } from '../../src/moderation/index.ts'
import { Maintainer, SEED, feedOf, hide } from '../support/made-feed.ts'
import type { Judged, ListFeed } from '../../src/moderation/index.ts'

describe('which lists name me', () => {
  const LISTS = 100

  /** Lists of which every tenth names us, two are paused; what was searched is counted. */
  function asked (paused: (i: number) => boolean): { named: string[], lookUps: number, searched: number } {
    const index = new EntryIndex(SEED)
    let [lookUps, searched] = [0, 0]
    const lists: any[] = Array.from({ length: LISTS }, (_, i) => {
      const ana = new Maintainer()
      const feed = feedOf(ana, [ana.add(1, ...Array.from({ length: 20 }, (_, n) => hide({ persona: `other-${n}` })), ...(i % 10 === 0 ? [hide({ persona: 'me' })] : []))])
      const { about } = feed
      feed.about = names => {
        searched++
        return about.call(feed, names)
      }
      paused(i) || index.add(feed)
      return { id: `L${i}`, title: 'T', feed, config: { paused: paused(i) } }
    })
    const judged: Judged = { persona: 'me', personaHash: 'hashed:me', branches: [] }
    const indexed = (each: Judged): Map<ListFeed, any[]> => {
      lookUps++
      const found = new Map<ListFeed, any[]>()
      index.matches(each).forEach(({ feed, entry }) => { found.set(feed, [...found.get(feed) ?? [], entry]) })
      return found
    }
    const named = standingIn({ subjects: { persona: () => judged } as any, now: 5 }, lists, { self: 'me' } as any, indexed).map(({ list }) => list)
    return { named, lookUps, searched }
  }

  it('is one look-up however many lists are in use, and searches none of them; only paused ones are searched', () => {
    const tens = Array.from({ length: LISTS / 10 }, (_, i) => `L${i * 10}`)
    expect(asked(() => false)).to.deep.equal({ named: tens, lookUps: 1, searched: 0 })
    expect(asked(i => i === 10 || i === 11)).to.deep.equal({ named: tens, lookUps: 1, searched: 2 })
  })

  it(`tells of at most ${MAX_NAMED} entries of one list`, () => {
    const ana = new Maintainer()
    const feed = feedOf(ana, [ana.add(1, ...Array.from({ length: MAX_NAMED * 2 }, () => hide({ persona: 'me' })))])
    const lists: any[] = [{ id: 'L', title: 'T', feed, config: { paused: true } }]
    expect(standingIn({ subjects: { persona: () => ({ persona: 'me', branches: [] }) } as any, now: 5 }, lists, { self: 'me' } as any, () => new Map())).to.have.lengthOf(MAX_NAMED)
  })
})
