import { expect } from 'aegir/chai'
import { Uint8ArrayList } from 'uint8arraylist'
import { frugal } from '../../src/network/encryption.ts'

describe('what a read of an encrypted connection costs', () => {
  it('is no error with a stack trace when the next length has not arrived', () => {
    let made = 0
    const decoder = {
      lengthDecoder (data: Uint8Array | Uint8ArrayList): number {
        made++
        return (data as Uint8ArrayList).getUint16(0)
      }
    }
    frugal({ connection: { decoder } as any })
    const fail = (bytes: Uint8Array): unknown => {
      try {
        return decoder.lengthDecoder(new Uint8ArrayList(bytes))
      } catch (error) {
        return error
      }
    }
    const first = fail(new Uint8Array(0))
    // the library goes on reading after this kind of error only
    expect(first).to.be.an.instanceOf(RangeError)
    expect(fail(Uint8Array.of(1))).to.equal(first)
    expect(made).to.equal(0)
    expect(fail(Uint8Array.of(1, 2, 9))).to.equal(0x0102)
  })
})
