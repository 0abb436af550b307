import { expect } from 'aegir/chai'
import { epochAt, epochKeyFromSecret } from '../../src/crypto/index.ts'
import { SecretAhead } from '../../src/engine/secret-ahead.ts'
import { CLOCK_SKEW_MS } from '../../src/room/index.ts'

const HOUR = 3_600_000
const NOON = Date.UTC(2026, 5, 1, 12, 30)

/** A derivation that ends when it is told to. */
function slow (): { begun: Array<{ name: string, passphrase?: string, stopped(): boolean, end (secret: Uint8Array): void }>, derive (name: string, passphrase: string | undefined, length: number, options: { signal?: AbortSignal }): Promise<Uint8Array> } {
  const begun: ReturnType<typeof slow>['begun'] = []
  return {
    begun,
    derive: async (name, passphrase, _, { signal }) => new Promise((resolve, reject) => {
      signal?.addEventListener('abort', () => { reject(signal.reason) })
      begun.push({ name, passphrase, stopped: () => signal?.aborted === true, end: resolve })
    })
  }
}

describe('the secret of a room whose name is being typed', () => {
  it('is derived once when it is asked for while it is on its way, and again for who asks after that', async () => {
    const { begun, derive } = slow()
    const ahead = new SecretAhead({ now: () => NOON, derive })
    ahead.begin('garden', undefined, HOUR)
    ahead.begin('garden', '', HOUR)
    const taken = ahead.take('garden', undefined, HOUR)
    const secret = new Uint8Array(32).fill(1)
    begun[0].end(secret)
    const epoch = epochAt(NOON - CLOCK_SKEW_MS, HOUR)
    expect(await taken).to.deep.equal({ secret, epoch, key: epochKeyFromSecret(secret, epoch) })
    expect(begun).to.have.length(1)
    ahead.take('garden', undefined, HOUR).catch(() => {})
    expect(begun).to.have.length(2)
  })

  it('is never that of another name, passphrase or epoch length: what was begun for those stops', async () => {
    for (const [name, passphrase, length] of [['gardens', undefined, HOUR], ['garden', 'salt', HOUR], ['garden', undefined, 2 * HOUR]] as const) {
      const { begun, derive } = slow()
      const ahead = new SecretAhead({ now: () => NOON, derive })
      ahead.begin('garden', undefined, HOUR)
      const taken = ahead.take(name, passphrase, length)
      expect(begun.map(each => each.stopped())).to.deep.equal([true, false])
      begun[1].end(new Uint8Array(32).fill(2))
      expect((await taken).secret).to.deep.equal(new Uint8Array(32).fill(2))
    }
  })

  it('is of the last name only, and forgotten when the field is empty', async () => {
    const { begun, derive } = slow()
    const ahead = new SecretAhead({ now: () => NOON, derive })
    ahead.begin('gar', undefined, HOUR)
    ahead.begin('garden', undefined, HOUR)
    expect(begun.map(each => each.stopped())).to.deep.equal([true, false])
    const secret = new Uint8Array(32).fill(3)
    begun[1].end(secret)
    ahead.begin('', undefined, HOUR)
    await new Promise(resolve => setTimeout(resolve))
    expect(secret).to.deep.equal(new Uint8Array(32))
    ahead.take('garden', undefined, HOUR).catch(() => {})
    expect(begun).to.have.length(3)
  })

  it('comes with the key of the epoch in which it is taken, not of that in which it was begun', async () => {
    let now = NOON
    const secret = new Uint8Array(32).fill(4)
    const ahead = new SecretAhead({ now: () => now, derive: async () => secret })
    ahead.begin('garden', undefined, HOUR)
    await new Promise(resolve => setTimeout(resolve))
    now += HOUR
    const epoch = epochAt(now - CLOCK_SKEW_MS, HOUR)
    expect(await ahead.take('garden', undefined, HOUR)).to.deep.equal({ secret, epoch, key: epochKeyFromSecret(secret, epoch) })
  })

  it('tells who takes it why it could not be derived', async () => {
    const ahead = new SecretAhead({ now: () => NOON })
    ahead.begin('\u200b'.repeat(2_000), undefined, HOUR)
    await new Promise(resolve => setTimeout(resolve))
    await expect(ahead.take('\u200b'.repeat(2_000), undefined, HOUR)).to.eventually.be.rejected.with.property('name', 'InvalidRoomNameError')
  })
})
