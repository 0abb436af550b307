import { expect } from 'aegir/chai'
import { MAX_RULES, checkSubject, ruleApplies } from '../../src/moderation/index.ts'
import { completePolicy, probationWait } from '../../src/room/index.ts'
import { hide, indexOf } from '../support/made-feed.ts'
import type { Behaviour } from '../../src/moderation/index.ts'
import type { MessageBody } from '../../src/wire/index.ts'

const did = (change: Partial<Behaviour> = {}): Behaviour => ({ time: 100_000, before: [], text: 'hello', file: false, mentions: 0, ...change })
const said = (...ago: number[]): Behaviour['before'] => ago.map(seconds => ({ time: 100_000 - seconds * 1000, text: 'hello' }))

describe('rules about behaviour', () => {
  it('name what somebody does, whoever it is this time', () => {
    for (const [rule, is, isNot] of [
      ['flood:3/10', did({ before: said(1, 9) }), did({ before: said(1, 11) })],
      ['first:link', did({ text: 'see https://x.example' }), did({ text: 'see https://x.example', before: said(5) })],
      ['first:file', did({ file: true }), did({ text: 'https://x.example' })],
      ['mentions:2', did({ text: '@ana look, @ben' }), did({ text: 'me@mail.example @ana' })],
      ['mentions:2', did({ mentions: 3 }), did({ mentions: 1 })],
      ['repeat:3', did({ text: 'Hеllo ', before: said(400, 9_000) }), did({ before: said(400) })]
    ] as const) {
      expect(ruleApplies(rule, is), rule).to.equal(true)
      expect(ruleApplies(rule, isNot), `not ${rule}`).to.equal(false)
    }
    expect(ruleApplies('anything', did())).to.equal(false)
  })

  it('are entries like all others, and refused when they are no rule', () => {
    const index = indexOf(hide({ rule: 'first:link' }), hide({ word: 'x' }))
    const judged = { persona: 'p', text: 'https://x.example', behaviour: () => did({ text: 'https://x.example' }) }
    expect(index.matches(judged).map(({ entry }) => entry.subject)).to.deep.include({ rule: 'first:link' })
    expect(index.matches({ persona: 'p' })).to.deep.equal([])
    for (const rule of ['', 'flood', 'flood:0/5', 'flood:3/999999', 'first:love', 'mentions:']) {
      expect(() => checkSubject({ rule }), rule).to.throw().with.property('name', 'InvalidParametersError')
    }
  })

  it(`are looked at as far as ${MAX_RULES}`, () => {
    const index = indexOf(...Array.from({ length: MAX_RULES + 5 }, (_, i) => hide({ rule: `mentions:${i + 1}` })))
    expect(index.matches({ persona: 'p', behaviour: () => did({ mentions: 999 }) })).to.have.lengthOf(MAX_RULES)
  })
})

describe('probation', () => {
  it('keeps links, invites and files of newcomers back for as long as the room says, and nothing else', () => {
    const policy = completePolicy({ probation: 60_000 })
    const text = (words: string): MessageBody => ({ kind: 'text', text: words, mentions: [] })
    const wait = (body: MessageBody, since: number | undefined, time: number): number => probationWait(policy, body, since, time)
    expect(wait(text('https://x.example'), 1_000, 21_000)).to.equal(40_000)
    expect(wait(text('come to undertone:join/abc'), 1_000, 21_000)).to.equal(40_000)
    expect(wait({ kind: 'edit', to: 'ab'.repeat(32) as any, text: 'ｈｔｔｐs://x' }, 1_000, 21_000)).to.equal(40_000)
    expect(wait({ kind: 'attachment' } as any, undefined, 5)).to.equal(60_000)
    expect(wait(text('https://x.example'), 1_000, 61_000)).to.equal(0)
    expect(wait(text('just words'), 1_000, 1_001)).to.equal(0)
    expect(probationWait(completePolicy(), text('https://x.example'), 1_000, 1_001)).to.equal(0)
    expect(() => completePolicy({ probation: -1 })).to.throw('probation')
  })
})
