import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'aegir/chai'
import { Nodes, hears, meets, soon } from '../support/nodes.ts'
import type { ChildNode } from '../../src/cli/child-node.ts'

const ENTRY = fileURLToPath(new URL('../../../bin/undertone.js', import.meta.url))
const OFF = ['--dht', 'off', '--bootstrap', '/ip4/127.0.0.1/tcp/9']
const REASONS = ['spam', 'harassment', 'hate', 'threat', 'sexual', 'self-harm', 'misinformation', 'illegal', 'doxxing', 'impersonation', 'other']
const ACTIONS = ['hide', 'blur', 'warn', 'label', 'mute', 'allow']

/** The contract's judgement as another program meets it, with the parameters it names and no others. */
describe('the contract of moderation', () => {
  const nodes = new Nodes()
  const folder = mkdtempSync(join(tmpdir(), 'undertone-judgement-'))
  let maker: ChildNode
  let reader: ChildNode
  let room: string
  let offender: string
  let bad: string
  before(async () => {
    maker = nodes.rpc(OFF)
    reader = nodes.rpc(OFF)
    const made = await maker.call('room.create', { name: 'Judged', kind: 'invite' })
    ;({ room, persona: offender } = made)
    await reader.call('room.join', { invite: (await maker.call('room.invite', { room })).invite })
    await Promise.all([meets(maker), meets(reader)])
    bad = (await maker.call('room.send', { room, text: 'cheap pills at pills.example' })).id
    await hears(reader, 'cheap pills at pills.example')
  })
  after(async () => {
    await nodes.stop()
    rmSync(folder, { recursive: true, force: true })
  })
  const refused = async (node: ChildNode, method: string, params: object, name: string): Promise<void> => {
    const call = `${method} ${JSON.stringify(params)}`
    const error = await node.call(method, params).then(() => undefined, reason => reason)
    expect(error?.remote, call).to.equal(name)
    // and its message is a sentence
    expect(error.message, call).to.match(/\w.{8,}[.?!]$/)
  }
  const actionOf = async (): Promise<string> => (await reader.call('moderation.explain', { room, message: bad })).action

  it('blocking a person hides what it said, says why, and is undone by removing the entry', async () => {
    expect(await actionOf()).to.equal('none')
    const { entry } = await reader.call('moderation.block', { room, persona: offender, reason: 'harassment' })
    const { action, sources } = await reader.call('moderation.explain', { room, message: bad })
    expect(action).to.equal('hide')
    expect(sources[0]).to.include.all.keys('list', 'title', 'entry', 'reason', 'since')
    expect(sources[0]).to.include({ entry, reason: 'harassment' })
    expect((await reader.call('moderation.explain', { room, persona: offender })).action).to.equal('hide')
    const { messages } = await reader.call('room.messages', { room, hidden: true })
    expect(messages.find((each: any) => each.id === bad).verdict.action).to.equal('hide')
    expect((await reader.call('room.messages', { room, hidden: false })).messages.map((each: any) => each.id)).to.not.include(bad)
    expect((await reader.call('room.members', { room })).members.find((each: any) => each.persona === offender).verdict.action).to.equal('hide')
    await reader.until(() => reader.events.some(event => event.type === 'verdict'), soon())
    await reader.call('list.remove', { list: sources[0].list, entry })
    expect(await actionOf()).to.equal('none')
    for (const [subject, name] of [[{ persona: 'nobody' }, 'UnknownPersonaError'], [{ message: '0'.repeat(64) }, 'UnknownMessageError']] as const) {
      await expect(reader.call('moderation.block', { room, ...subject })).to.eventually.be.rejected.with.property('remote', name)
    }
  })

  it('a list is made, filled with every kind of subject, action and reason, read, changed and exported', async () => {
    const { list, address } = await maker.call('list.create', { title: 'Pills', description: 'what sells pills', license: 'CC0-1.0' })
    expect(address).to.be.a('string')
    const subjects = [{ persona: offender }, { branch: 'ab'.repeat(32) }, { message: bad }, { pattern: 'p[i1]lls' }, { word: 'pills' }, { domain: 'pills.example' }, { attachment: 'cd'.repeat(32) }, { image: 'ef'.repeat(8) }]
    const entries = []
    for (const [i, subject] of subjects.entries()) {
      entries.push((await maker.call('list.add', { list, subject, action: ACTIONS[i % 5], reason: REASONS[i], note: 'because' })).entry)
    }
    expect(new Set(entries).size).to.equal(subjects.length)
    const read = await maker.call('list.entries', { list })
    expect(read.entries).to.have.lengthOf(subjects.length)
    for (const entry of read.entries) {
      expect(entry).to.include.all.keys('entry', 'subject', 'action', 'reason', 'note', 'since')
    }
    expect(await maker.call('list.remove', { list, entry: entries[0] })).to.deep.equal({})
    expect((await maker.call('list.entries', { list })).entries).to.have.lengthOf(subjects.length - 1)
    await refused(maker, 'list.add', { list, subject: { word: 'x' }, action: 'explode', reason: 'spam' }, 'InvalidParametersError')
    await refused(maker, 'list.add', { list, subject: { word: 'x' }, action: 'hide', reason: 'boredom' }, 'InvalidParametersError')
    await refused(maker, 'list.add', { list, subject: { word: 'x', domain: 'x.example' }, action: 'hide', reason: 'spam' }, 'InvalidParametersError')
    await refused(maker, 'list.add', { list, subject: {}, action: 'hide', reason: 'spam' }, 'InvalidParametersError')
    await refused(maker, 'list.entries', { list: 'nothing' }, 'UnknownListError')
  })

  it('a list is previewed, subscribed to by address and by file, applied within the reader\'s limits, and left', async () => {
    const { list, address } = await maker.call('list.create', { title: 'Small' })
    await maker.call('list.add', { list, subject: { word: 'pills' }, action: 'hide', reason: 'spam' })
    const preview = await reader.call('list.preview', { address, room })
    expect(preview).to.include({ messages: 1 })
    expect(await actionOf(), 'a preview changes nothing').to.equal('none')
    const subscribed = await reader.call('list.subscribe', { address, actions: ['hide'], reasons: ['spam'] })
    expect(subscribed.list).to.equal(list)
    const deadline = Date.now() + 100_000
    while (await actionOf() !== 'hide' && Date.now() < deadline) {
      await new Promise(resolve => setTimeout(resolve, 100))
    }
    expect(await actionOf()).to.equal('hide')
    expect((await reader.call('list.subscriptions')).subscriptions.find((each: any) => each.list === list)).to.include({ title: 'Small' })
    expect(await reader.call('list.unsubscribe', { list })).to.deep.equal({})
    expect(await actionOf()).to.equal('none')

    const path = join(folder, 'small.list')
    await maker.call('list.export', { list, path })
    await reader.call('list.subscribe', { path })
    expect(await actionOf()).to.equal('hide')
    await reader.call('moderation.policy', { threshold: 2 })
    expect(await actionOf(), 'one list of two that must agree').to.equal('none')
    expect(await reader.call('moderation.policy', {})).to.include({ threshold: 2, hidden: 'press' })
    await reader.call('moderation.policy', { threshold: 1 })
    await reader.call('list.unsubscribe', { list })
  })

  it('a report arrives with evidence that anyone can verify offline, and an altered one proves nothing', async () => {
    const { list, address } = await maker.call('list.create', { title: 'Desk' })
    await reader.call('list.subscribe', { address })
    const sent = await reader.call('report.send', { room, message: bad, reason: 'spam', note: 'pills again', to: [list], anonymous: true })
    expect(sent.report).to.be.a('string')
    const deadline = Date.now() + 100_000
    let reports: any[] = []
    while (reports.length === 0 && Date.now() < deadline) {
      await new Promise(resolve => setTimeout(resolve, 100))
      ;({ reports } = await maker.call('report.inbox'))
    }
    expect(reports[0]).to.deep.include({ reason: 'spam', note: 'pills again', from: null })
    expect(reports[0].messages[0]).to.include({ id: bad, author: offender, text: 'cheap pills at pills.example' })

    const path = join(folder, 'evidence.report')
    await reader.call('report.export', { room, message: bad, reason: 'spam', note: 'pills again', path })
    const good = spawnSync(process.execPath, [ENTRY, 'verify', path, '--json'], { encoding: 'utf8' })
    expect(good.status, good.stderr).to.equal(0)
    expect(JSON.parse(good.stdout)).to.deep.include({ valid: true, kind: 'report', reason: 'spam', messages: 1 })
    expect(spawnSync(process.execPath, [ENTRY, 'verify', path], { encoding: 'utf8' }).stdout).to.include('cheap pills')
    const file = readFileSync(path, 'utf8')
    const [payload] = /[A-Za-z0-9_-]{80,}/.exec(file) as RegExpExecArray
    writeFileSync(path, file.replace(payload, `${payload.slice(0, 60)}${payload[60] === 'A' ? 'B' : 'A'}${payload.slice(61)}`))
    expect(spawnSync(process.execPath, [ENTRY, 'verify', path], { encoding: 'utf8' })).to.include({ status: 1, stdout: '' })

    // an appeal is its author's word: it is handed on as it was signed
    await reader.call('list.appeal', { list, room, text: 'that was a joke' })
    while (!reports.some(({ kind }) => kind === 'appeal') && Date.now() < deadline) {
      await new Promise(resolve => setTimeout(resolve, 100))
      ;({ reports } = await maker.call('report.inbox'))
    }
    const appeal = reports.find(({ kind }) => kind === 'appeal')
    await maker.call('report.export', { report: appeal.report, path })
    const shown = spawnSync(process.execPath, [ENTRY, 'verify', path, '--json'], { encoding: 'utf8' })
    expect(shown.status, shown.stderr).to.equal(0)
    expect(JSON.parse(shown.stdout)).to.deep.include({ valid: true, note: 'that was a joke', from: appeal.from })
  })

  it('a charter is proposed, voted on and counted the same by every member', async () => {
    const { proposal } = await maker.call('charter.propose', { room, charter: { purpose: 'to be kind', rules: ['no pills'] } })
    const tally = async (node: ChildNode): Promise<any> => node.call('charter.tally', { room, proposal }).catch(() => undefined)
    const deadline = Date.now() + 100_000
    while (await tally(reader) == null && Date.now() < deadline) {
      await new Promise(resolve => setTimeout(resolve, 100))
    }
    await maker.call('charter.vote', { room, proposal, choice: 'yes' })
    await reader.call('charter.vote', { room, proposal, choice: 'no' })
    const both = async (): Promise<string[]> => (await Promise.all([maker, reader].map(tally))).map(each => JSON.stringify(each))
    while (Date.now() < deadline) {
      const [hers, his] = await both()
      if (hers === his && JSON.parse(hers).no >= 1) {
        break
      }
      await new Promise(resolve => setTimeout(resolve, 100))
    }
    const [hers, his] = await both()
    expect(hers).to.equal(his)
    expect(JSON.parse(hers)).to.include({ yes: 1, no: 1 })
    await refused(reader, 'charter.vote', { room, proposal, choice: 'maybe' }, 'InvalidParametersError')
  })
})
