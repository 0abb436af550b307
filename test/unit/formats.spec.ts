import { expect } from 'aegir/chai'
import { readForeignList, writeForeignList } from '../../src/moderation/index.ts'
import type { Entry, ImportedList } from '../../src/moderation/index.ts'

const read = (text: unknown): ImportedList => readForeignList(new TextEncoder().encode(typeof text === 'string' ? text : JSON.stringify(text)))
const brief = ({ entries }: ImportedList): unknown => entries.map(({ subject, action, reason }) => [subject, action, reason])
const entry = (subject: Entry['subject'], action: Entry['action'] = 'hide', note?: string): Entry => ({ entry: 'e.0', subject, action, reason: 'spam', since: 0, maintainer: 'm', ...(note == null ? {} : { note }) })

describe('lists of other programs', () => {
  it('come in from Matrix: servers, globs, and no rule that was taken back', () => {
    const list = read([
      { type: 'm.policy.rule.server', content: { entity: 'evil.example:8448', recommendation: 'm.ban', reason: 'spam waves' } },
      { type: 'm.policy.rule.user', content: { entity: '@spam*:evil.example', recommendation: 'm.ban', reason: 'harassment' } },
      { type: 'org.matrix.mjolnir.rule.server', content: { entity: 'old.example', recommendation: 'org.matrix.mjolnir.ban' } },
      { type: 'm.policy.rule.server', content: {} },
      { type: 'm.room.member', content: {} }
    ])
    expect(brief(list)).to.deep.equal([[{ domain: 'evil.example' }, 'hide', 'spam'], [{ pattern: '^@spam.*:evil\\.example$' }, 'hide', 'harassment'], [{ domain: 'old.example' }, 'hide', 'other']])
    expect(list.skipped).to.equal(1)
  })

  it('come in from Bluesky: list items and labels; a negation says nothing', () => {
    expect(brief(read({ list: { name: 'Bots', purpose: 'app.bsky.graph.defs#modlist', description: 'spam bots' }, items: [{ subject: { handle: 'bot.example' } }] }))).to.deep.equal([[{ word: 'bot.example' }, 'hide', 'spam']])
    const labels = read([{ ver: 1, src: 'did:x', uri: 'did:plc:abc', val: '!hide' }, { uri: 'did:plc:def', val: 'porn' }, { uri: 'did:plc:abc', val: '!hide', neg: true }])
    expect(brief(labels)).to.deep.equal([[{ word: 'did:plc:abc' }, 'hide', 'other'], [{ word: 'did:plc:def' }, 'label', 'sexual']])
    expect(labels.skipped).to.equal(1)
  })

  it('come in from Nostr, Mastodon and plain text', () => {
    expect(brief(read({ kind: 10_000, tags: [['word', 'coins'], ['t', 'airdrop'], ['p', 'ab'.repeat(32)], ['e', 'cd'.repeat(32)]] }))).to.deep.equal([[{ word: 'coins' }, 'hide', 'other'], [{ word: 'airdrop' }, 'hide', 'other'], [{ word: 'ab'.repeat(32) }, 'hide', 'other']])
    expect(brief(read('#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate\nbad.example,suspend,false,false,"hate, ""much"" of it",false\nmeh.example,silence,true,false,,false'))).to.deep.equal([[{ domain: 'bad.example' }, 'hide', 'hate'], [{ domain: 'meh.example' }, 'blur', 'other']])
    expect(brief(read('! EasyList-style\n||ads.example^$third-party\n@@||good.example^\nexample.com##.banner\ncasino\n'))).to.deep.equal([[{ domain: 'ads.example' }, 'hide', 'other'], [{ domain: 'good.example' }, 'allow', 'other'], [{ word: 'casino' }, 'hide', 'other']])
  })

  it('come back as they went, in what both sides can say', () => {
    const entries = [entry({ domain: 'bad.example' }, 'hide', 'a "note", with commas'), entry({ word: 'coins' }), entry({ persona: '12D3' }), entry({ message: 'ab' })]
    for (const format of ['matrix', 'bluesky', 'nostr', 'mastodon', 'text'] as const) {
      const { entries: again } = readForeignList(writeForeignList(format, 'T', entries, 0))
      const domain = format === 'nostr' || format === 'bluesky' ? { word: 'bad.example' } : { domain: 'bad.example' }
      expect(again.map(each => each.subject), format).to.deep.equal(format === 'mastodon' ? [domain] : [domain, { word: 'coins' }])
    }
    expect(new TextDecoder().decode(writeForeignList('text', 'T', entries, 0))).to.not.include('12D3')
  })

  it('that are damaged, empty, huge or nothing at all are refused by name', () => {
    for (const text of ['', '{', '[]', '{}', '\0\0', '! only comments']) {
      expect(() => read(text), JSON.stringify(text)).to.throw().with.property('name', 'InvalidListError')
    }
    expect(() => readForeignList(new Uint8Array([0xff, 0xfe, 0x00]))).to.throw().with.property('name', 'InvalidListError')
    expect(() => readForeignList(new Uint8Array(33 * 1024 * 1024).fill(97))).to.throw().with.property('name', 'InvalidListError')
  })
})
