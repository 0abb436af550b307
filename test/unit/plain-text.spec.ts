import { expect } from 'aegir/chai'
import { MAX_REACTION_SIGNS, checkName, checkReaction, isPlain, plainName } from '../../src/engine/plain-text.ts'

const turned = ['\u202e', '\u202a', '\u2066', '\u2069', '\u0007', '\u001b', '\u0085', '\u2028', '\n']

describe('text that stands in a line of ours', () => {
  it('names rooms without control characters and marks that turn the direction of reading', () => {
    expect(checkName('  Garden 🌷 ')).to.equal('Garden 🌷')
    // joiners and direction marks belong to the spelling of some languages
    for (const name of ['می\u200cخواهم', 'שלום\u200f', 'مرحبا \u200e1']) {
      expect(checkName(name)).to.equal(name)
    }
    for (const mark of turned) {
      expect(() => checkName(`gar${mark}den`), JSON.stringify(mark)).to.throw('control characters').with.property('name', 'InvalidParametersError')
    }
    for (const name of ['', ' \n ', 'x'.repeat(65), 7, undefined]) {
      expect(() => checkName(name)).to.throw().with.property('name', 'InvalidParametersError')
    }
  })

  it('shows names of others without them, and never cuts a sign in two', () => {
    expect(plainName(` a${turned.join('')}b `)).to.equal('ab')
    expect(plainName('\u202e\u202d')).to.equal('')
    expect(plainName('🌷'.repeat(70))).to.equal('🌷'.repeat(64))
  })

  it('takes as a reaction what clients offer: emoji of many code points, and short words', () => {
    for (const emoji of ['👍', '👍🏽', '❤️', '👩🏽‍❤️‍💋‍👨🏿', '👨‍👩‍👧‍👦', '🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}', '🇧🇷', '+1', ':-)', 'شکر', 'ok', 'x'.repeat(MAX_REACTION_SIGNS)]) {
      expect(() => { checkReaction(emoji) }, emoji).to.not.throw()
    }
  })

  it('takes no reaction that is empty, a sentence, or changes how others read', () => {
    for (const emoji of ['', ' ', '\u200b', '\u200d\ufe0f', 'x'.repeat(MAX_REACTION_SIGNS + 1), '👍'.repeat(9), `e${'\u0301'.repeat(40)}`, ...turned.map(mark => `a${mark}b`)]) {
      expect(() => { checkReaction(emoji) }, JSON.stringify(emoji)).to.throw('emoji must be').with.property('name', 'InvalidParametersError')
    }
    expect(isPlain('👍')).to.equal(true)
    expect(isPlain('x\u202ey')).to.equal(false)
  })
})
