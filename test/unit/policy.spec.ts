import { expect } from 'aegir/chai'
import { generateKeyPair, personaId } from '../../src/crypto/index.ts'
import { DEFAULT_POLICY, checkedPolicy, completePolicy, decodePolicy, encodePolicy, expiryOf } from '../../src/room/policy.ts'

describe('policy', () => {
  it('gives every field a default', () => {
    expect(completePolicy()).to.deep.equal(DEFAULT_POLICY)
    expect(completePolicy({ epoch: 5_000 })).to.deep.equal({ ...DEFAULT_POLICY, epoch: 5_000 })
  })

  it('knows words for the ends of retention, and takes null for what was left out', () => {
    expect(completePolicy({ retention: 'forever' }).retention).to.equal(-1)
    expect(completePolicy({ retention: 'none' }).retention).to.equal(0)
    expect(completePolicy({ epoch: null, rate: null })).to.deep.equal(DEFAULT_POLICY)
  })

  it('names the field that is wrong', () => {
    for (const [policy, field] of [[{ epoch: 10 }, 'epoch'], [{ retention: 'long' }, 'retention'], [{ rate: 3 }, 'rate'], [{ rate: { perSecond: 0 } }, 'perSecond'], [{ history: 'some' }, 'history'], [{ writers: 3 }, 'writers'], [{ colour: 'red' }, 'colour']] as const) {
      expect(() => completePolicy(policy), JSON.stringify(policy)).to.throw(field).with.property('name', 'InvalidParametersError')
    }
  })

  it('asked for here has personas as writers; what others made is read as it is', () => {
    const writers = [personaId(generateKeyPair(new Uint8Array(32).fill(1)).publicKey)]
    expect(checkedPolicy({ writers }).writers).to.deep.equal(writers)
    expect(checkedPolicy({ writers: 'founder' }).writers).to.equal('founder')
    expect(() => checkedPolicy({ writers: [...writers, 'ana'] })).to.throw('no persona').with.property('name', 'InvalidParametersError')
    expect(completePolicy({ writers: ['ana'] }).writers).to.deep.equal(['ana'])
  })

  it('survives the way through an invite, and costs nothing when it is the default', () => {
    expect(encodePolicy(completePolicy())).to.have.length(0)
    const policy = completePolicy({ retention: -1, slowMode: 500, rate: { perSecond: 3, burst: 9 } })
    expect(decodePolicy(encodePolicy(policy))).to.deep.equal(policy)
    expect(() => decodePolicy(new Uint8Array([1, 2, 3]))).to.throw().with.property('name', 'InvalidParametersError')
  })

  it('lets a message expire at its own time or the room\'s, whichever is first', () => {
    const policy = completePolicy({ retention: 1_000 })
    expect(expiryOf(policy, 500)).to.equal(1_500)
    expect(expiryOf(policy, 500, 900)).to.equal(900)
    expect(expiryOf(policy, 500, 9_000)).to.equal(1_500)
    expect(expiryOf(completePolicy({ retention: -1 }), 500)).to.equal(undefined)
  })
})
