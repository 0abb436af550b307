import { expect } from 'aegir/chai'
import { verdictOf } from '../../src/moderation/index.ts'
import { hide, matchesOf, reader } from '../support/made-feed.ts'
import file from '../vectors/verdicts.json' with { type: 'json' }
import type { EntryFields, ReaderList } from '../../src/moderation/index.ts'

interface Vector {
  name: string
  lists: Array<Partial<ReaderList> & { list: string, entries: EntryFields[] }>
  judged: { persona: string, text?: string, message?: string, branches?: string[], attachments?: string[] }
  threshold: number
  now: number
  verdict: { action: string, sources: Array<{ list: string, reason: string, action: string }>, trial?: Array<{ list: string }> }
}

const vectors = file.vectors as Vector[]

describe('a verdict', () => {
  for (const { name, lists, judged, threshold, now, verdict: expected } of vectors) {
    it(name, () => {
      const verdict = verdictOf(matchesOf(lists.map(({ entries, ...list }) => ({ reader: reader(list.list, list), entries })), judged), threshold, now)
      const plain = (sources: any[] | undefined): unknown => sources?.map(({ list, reason, action }) => ({ list, reason, action }))
      expect({ action: verdict.action, sources: plain(verdict.sources) }).to.deep.equal({ action: expected.action, sources: expected.sources })
      expect(verdict.trial?.map(source => ({ list: source.list }))).to.deep.equal(expected.trial)
    })
  }

  it('names list, entry, reason, note, sources and since when, for every list that asked', () => {
    const { sources } = verdictOf(matchesOf([{ reader: reader('L'), entries: [hide({ word: 'x' }, { note: 'n', sources: ['https://s.example'] })] }], { persona: 'p', text: 'x' }), 1, 5)
    expect(sources[0]).to.include({ list: 'L', title: 'L', reason: 'spam', action: 'hide', note: 'n', since: 0 })
    expect(sources[0].entry).to.match(/\.0$/)
    expect(sources[0].sources).to.deep.equal(['https://s.example'])
  })

  it('names no more than 32 sources, however many lists agree', () => {
    const lists = Array.from({ length: 50 }, (_, i) => ({ reader: reader(`L${i}`, { order: i }), entries: [hide({ word: 'x' })] }))
    expect(verdictOf(matchesOf(lists, { persona: 'p', text: 'x' }), 1, 0).sources).to.have.lengthOf(32)
  })
})
