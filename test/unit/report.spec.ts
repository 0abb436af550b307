import { expect } from 'aegir/chai'
import { generateKeyPair, personaId, roomIdFromSecret } from '../../src/crypto/index.ts'
import { MAX_EVIDENCE, encodeReport, isReport, reportId, verifyReport } from '../../src/moderation/index.ts'
import { encodePayload, signMessage } from '../../src/wire/index.ts'
import { withSignature } from '../support/with-signature.ts'
import type { Report } from '../../src/moderation/index.ts'
import type { SignedMessage } from '../../src/wire/index.ts'

const room = roomIdFromSecret(new Uint8Array(32).fill(1))
const pair = (seed: number): ReturnType<typeof generateKeyPair> => generateKeyPair(new Uint8Array(32).fill(seed))
const spammer = pair(2)
const reporter = pair(3)

async function said (text: string, sequence = 0): Promise<SignedMessage> {
  return signMessage(spammer.privateKey, room, encodePayload({ authorKey: spammer.publicKey, sequence, previous: sequence === 0 ? undefined : 'ab'.repeat(32) as any, seen: [], time: 1_000 + sequence, body: { kind: 'text', text, mentions: [] } }))
}

async function reportOf (change: Partial<Report> = {}): Promise<Report> {
  return { version: 1, kind: 'report', room, reason: 'spam', note: 'all day', time: 5_000, messages: [await said('buy')], context: [], ...change }
}

describe('a report', () => {
  it('proves offline who wrote what, and reveals nothing that was not chosen', async () => {
    const report = await reportOf()
    const bytes = await encodeReport(report)
    expect(isReport(bytes)).to.equal(true)
    const read = await verifyReport(bytes)
    expect(read.messages[0].author).to.equal(personaId(spammer.publicKey))
    expect(read).to.include({ reason: 'spam', note: 'all day', room })
    expect(read).to.not.have.property('from')
    expect(reportId(bytes)).to.equal(reportId(await encodeReport(report)))
  })

  it('under a persona is signed by it, and by nobody else', async () => {
    const from = personaId(reporter.publicKey)
    const bytes = await encodeReport(await reportOf({ from }), reporter.privateKey)
    expect((await verifyReport(bytes)).from).to.equal(from)
    await expect(verifyReport(await encodeReport(await reportOf({ from }), spammer.privateKey))).to.eventually.be.rejected.with.property('name', 'InvalidReportError')
    await expect(verifyReport(await encodeReport(await reportOf({ from })))).to.eventually.be.rejected.with.property('name', 'InvalidReportError')
  })

  it('does not stand with one letter changed, another room named, or a signature borrowed', async () => {
    const honest = await reportOf()
    const forged = withSignature(await said('I will kill you'), honest.messages[0].signature)
    const elsewhere = roomIdFromSecret(new Uint8Array(32).fill(9))
    for (const change of [{ messages: [forged] }, { room: elsewhere }]) {
      await expect(verifyReport(await encodeReport({ ...honest, ...change }))).to.eventually.be.rejected.with.property('name', 'InvalidReportError')
    }
    const signed = new TextDecoder().decode(await encodeReport({ ...honest, from: personaId(reporter.publicKey) }, reporter.privateKey))
    await expect(verifyReport(new TextEncoder().encode(signed.replace('all day', 'all week')))).to.eventually.be.rejected.with.property('name', 'InvalidReportError')
  })

  it(`has at most ${MAX_EVIDENCE} messages, and what is damaged is refused by name whatever it is`, async () => {
    const message = await said('x')
    await expect(encodeReport(await reportOf({ messages: Array.from({ length: MAX_EVIDENCE + 1 }, () => message) }))).to.eventually.be.rejected.with.property('name', 'InvalidReportError')
    const good = new TextDecoder().decode(await encodeReport(await reportOf()))
    for (const text of ['', '{}', 'null', good.slice(0, -40), good.replace('"spam"', '"boredom"'), good.replace('"version":1', '"version":2'), good.replace('"kind":"report"', '"kind":"x"'), good.replace(/"messages":\[.*\]/, '"messages":[]')]) {
      await expect(verifyReport(new TextEncoder().encode(text)), text.slice(0, 60)).to.eventually.be.rejected.with.property('name', 'InvalidReportError')
    }
    await expect(verifyReport(new Uint8Array(2 * 1024 * 1024))).to.eventually.be.rejected.with.property('name', 'InvalidReportError')
  })
})
