import { expect } from 'aegir/chai'
import { MAX_RULES, checkSubject, ruleApplies } from '../../src/moderation/index.ts'
import { completePolicy, probationWait } from '../../src/room/index.ts'
import { domainsOf, hasLink, withoutLinks } from '../../src/wire/index.ts'
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
    const wait = (body: MessageBody, since: number | undefined, time: number): number => probationWait(policy, body, since == null ? undefined : { said: since, known: since }, time, time)
    expect(wait(text('https://x.example'), 1_000, 21_000)).to.equal(40_000)
    expect(wait(text('come to undertone:join/abc'), 1_000, 21_000)).to.equal(40_000)
    expect(wait({ kind: 'edit', to: 'ab'.repeat(32) as any, text: 'ｈｔｔｐs://x' }, 1_000, 21_000)).to.equal(40_000)
    expect(wait({ kind: 'attachment' } as any, undefined, 5)).to.equal(60_000)
    expect(wait(text('https://x.example'), 1_000, 61_000)).to.equal(0)
    expect(wait(text('just words'), 1_000, 1_001)).to.equal(0)
    expect(probationWait(completePolicy(), text('https://x.example'), { said: 1_000, known: 1_000 }, 1_001, 1_001)).to.equal(0)
    expect(() => completePolicy({ probation: -1 })).to.throw('probation')
  })

  it('is not shortened by a hello dated long ago: who hears of a persona late waits from then on', () => {
    const policy = { probation: 600_000 }
    const link: MessageBody = { kind: 'text', text: 'https://x.example', mentions: [] }
    const [day, now] = [86_400_000, 1_000_000_000]
    expect(probationWait(policy, link, { said: now - day, known: now }, now, now)).to.equal(570_000)
    // what came too early by a member's clock comes with a later comparison
    expect(probationWait(policy, link, { said: now - day, known: now }, now, now + 570_000)).to.equal(0)
    // what was too early by its author's own dates never does
    expect(probationWait(policy, link, { said: now, known: now }, now + 1, now + day)).to.be.above(0)
  })

  it('that was voted in judges nothing said before it, unless by somebody who came after', () => {
    const link: MessageBody = { kind: 'text', text: 'https://x.example', mentions: [] }
    const voted = { probation: 600_000, since: 5_000_000 }
    expect(probationWait(voted, link, { said: 4_000_000, known: 4_000_000 }, 4_100_000, 6_000_000)).to.equal(0)
    expect(probationWait(voted, link, { said: 4_000_000, known: 5_500_000 }, 4_100_000, 5_500_000), 'dated before the vote by somebody first heard of after it').to.be.above(0)
    expect(probationWait(voted, link, { said: 4_900_000, known: 4_900_000 }, 5_100_000, 5_100_000)).to.be.above(0)
  })
})

describe('what is a link', () => {
  it('is seen however it is written', () => {
    for (const text of ['https://x.example', 'see x.com', 'SEE X.COM', 'hxxp://x.example', 'hXXps[:]//x.example or x[.]example/a', 'x(dot)com', 'x dot com', 'x . com', 'exa\u200bmple.com', 'ｅｘａｍｐｌｅ．ｃｏｍ', 'www.x.example', 't.me/joinus', 'my.page.link', 'сайт.рф', '访问bad.com看看', 'x。com', 'undertone:join/abc', 'ftp://x', 'tg://resolve?domain=x', '10.0.0.1:8080', 'http:\\\\x.example', 'bit.ly/2', 'xn--80ak6aa92e.xn--p1ai']) {
      expect(hasLink(text), text).to.equal(true)
    }
  })

  it('is not every stop, file name, number or mail address', () => {
    for (const text of ['hello.', 'e.g. this, i.e. that', 'node.js and main.py', 'version 1.2.3', '10.0.0.1', 'wait... what', 'ok.so what', 'that is it.to me', 'write to ana@mail.com', 'a.b', '5.5%', 'said.me', 'und/oder', '12:30', 'Привет.Как дела', '']) {
      expect(hasLink(text), text).to.equal(false)
    }
  })

  it('costs time in proportion to the text', () => {
    for (const text of ['a.'.repeat(8_000), 'a'.repeat(16_000), 'http:'.repeat(3_000), '['.repeat(16_000), '. '.repeat(8_000), 'a.com '.repeat(2_700), 'x dot '.repeat(2_700), 'h[.]'.repeat(4_000), '\u200b'.repeat(5_000)]) {
      const began = performance.now()
      hasLink(text)
      domainsOf(text)
      withoutLinks(text)
      // some milliseconds; minutes if it were quadratic
      expect(performance.now() - began, text.slice(0, 12)).to.be.below(5_000)
    }
  })
})
