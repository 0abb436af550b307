import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'aegir/chai'
import { openStore } from '../../src/store/index.ts'
import { Nodes, meets, soon } from '../support/nodes.ts'
import type { ChildNode } from '../../src/cli/child-node.ts'

const NETWORK = ['--profile', 'private', '--listen', '/ip4/127.0.0.1/tcp/0', '--dht', 'off', '--bootstrap', '/ip4/127.0.0.1/tcp/9']
const CHUNK = 256 * 1024
const LIFE_MS = 8_000

describe('files among real nodes', () => {
  const nodes = new Nodes()
  let folder: string
  let passphrase: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'undertone-files-'))
    passphrase = join(folder, 'passphrase')
    writeFileSync(passphrase, 'correct horse')
  })
  afterEach(async () => {
    await nodes.stop()
    rmSync(folder, { recursive: true, force: true })
  })
  const start = (name: string): ChildNode => nodes.start(['rpc', ...NETWORK, '--data', join(folder, name), '--passphrase-file', passphrase])
  const temporary = (): ChildNode => nodes.rpc(['--dht', 'off', '--bootstrap', '/ip4/127.0.0.1/tcp/9'])
  const meet = async (founder: ChildNode, room: string, others: ChildNode[]): Promise<void> => {
    const { invite } = await founder.call('room.invite', { room })
    for (const each of others) {
      await each.call('room.join', { invite })
    }
    await Promise.all([founder, ...others].map(async each => meets(each)))
  }
  const shows = async (node: ChildNode, room: string, id: string): Promise<void> => {
    for (const limit = soon(); !(await node.call('room.messages', { room })).messages.some((m: any) => m.id === id);) {
      limit.throwIfAborted()
      await new Promise(resolve => setTimeout(resolve, 50))
    }
  }
  const progress = (node: ChildNode): number[] => node.events.filter(e => e.type === 'status' && e.attachment != null).map(e => e.received)

  it('go on after kill -9 of the reader in the middle, and after its restart come from another member', async () => {
    const [ana, ben] = [start('ana'), start('ben')]
    const { room } = await ana.call('room.create', { name: 'Kitchen', kind: 'invite' })
    await meet(ana, room, [ben])
    const path = join(folder, 'film')
    writeFileSync(path, randomBytes(24 * 1024 * 1024))
    const { id, removed } = await ana.call('room.attach', { room, path })
    expect(removed).to.deep.equal([])
    await shows(ben, room, id)
    const target = join(folder, 'film of Ana')
    ben.call('room.fetch', { room, attachment: id, path: target }).catch(() => {})
    await ben.until(() => progress(ben).length > 0, soon())
    ben.kill('SIGKILL')
    await ben.exited()
    const before = progress(ben)
    const came = before[before.length - 1]

    // what came is there without anybody else, and only the rest is asked for
    const again = start('ben')
    await meets(again)
    expect(await again.call('room.fetch', { room, attachment: id, path: target })).to.deep.equal({ path: target })
    expect(readFileSync(target).equals(readFileSync(path))).to.equal(true)
    expect(progress(again).every(received => received > came || came === 24 * 1024 * 1024)).to.equal(true)

    // its author is gone: the one who fetched it has it for others, also after a restart
    ana.kill('SIGKILL')
    again.kill('SIGKILL')
    await Promise.all([ana.exited(), again.exited()])
    const third = start('ben')
    const cleo = temporary()
    await meet(third, room, [cleo])
    await shows(cleo, room, id)
    const copy = join(folder, 'copy')
    await cleo.call('room.fetch', { room, attachment: id, path: copy })
    expect(readFileSync(copy).equals(readFileSync(path))).to.equal(true)
  })

  it('can be cancelled, and do not outlive the disappearing message that names them, on the disk either', async () => {
    const began = Date.now()
    const [ana, ben] = [start('ana'), start('ben')]
    const { room } = await ana.call('room.create', { name: 'Kitchen', kind: 'invite' })
    await meet(ana, room, [ben])
    // as long as that took, several times over: what is fetched has to come before it is over, on a slow machine too
    const life = Math.max(LIFE_MS, 4 * (Date.now() - began))
    const data = randomBytes(3 * CHUNK + 5)
    const { id } = await ana.call('room.attach', { room, data: data.toString('base64url'), name: 'secret.bin', expires: Date.now() + life })
    await shows(ben, room, id)
    expect(await ben.call('room.cancel', { room, attachment: id })).to.deep.equal({ cancelled: false })
    expect((await ben.call('room.fetch', { room, attachment: id })).data).to.equal(data.toString('base64url'))
    await ben.until(() => ben.events.some(e => e.type === 'room' && e.expired > 0), soon())
    await ben.stop()
    const store = await openStore({ data: join(folder, 'ben'), passphrase: 'correct horse' })
    expect(await (await store.files(room)).list()).to.deep.equal([])
    await store.close()
  })

  it('are on the disk only as noise, whatever their name, hash or content', async () => {
    const ana = start('ana')
    const { room } = await ana.call('room.create', { name: 'Kitchen', kind: 'invite' })
    const words = Buffer.from('the plan of the kitchen, page '.repeat(20_000))
    await ana.call('room.attach', { room, data: words.toString('base64url'), name: 'kitchen-plan.txt', type: 'text/plain' })
    await ana.stop()
    const all = readdirSync(join(folder, 'ana'), { recursive: true, withFileTypes: true }).filter(each => each.isFile()).map(each => readFileSync(join(each.parentPath, each.name)))
    const disk = Buffer.concat(all)
    expect(disk.length).to.be.above(words.length)
    for (const text of ['the plan', 'kitchen', 'text/plain', room]) {
      expect(disk.includes(text), text).to.equal(false)
    }
  })

  it('of a camera leave its place and name behind', async () => {
    const ana = temporary()
    const { room } = await ana.call('room.create', { name: 'Kitchen', kind: 'invite' })
    const exif = Buffer.concat([Buffer.from([0xff, 0xe1, 0, 2 + 6 + 13]), Buffer.from('Exif\0\0GPS 52.52 N  ')])
    const picture = Buffer.concat([Buffer.from([0xff, 0xd8]), exif, Buffer.from([0xff, 0xda, 0, 4, 1, 2, 9, 9, 0xff, 0xd9])])
    const clean = await ana.call('room.attach', { room, data: picture.toString('base64url'), name: 'a.jpg', type: 'image/jpeg' })
    expect(clean.removed).to.deep.equal(['exif'])
    expect(Buffer.from((await ana.call('room.fetch', { room, attachment: clean.id })).data, 'base64url').includes('GPS')).to.equal(false)
    const whole = await ana.call('room.attach', { room, data: picture.toString('base64url'), name: 'a.jpg', type: 'image/jpeg', keepMetadata: true })
    expect(Buffer.from((await ana.call('room.fetch', { room, attachment: whole.id })).data, 'base64url').equals(picture)).to.equal(true)
    const cut = ana.call('room.attach', { room, data: picture.subarray(0, 20).toString('base64url'), name: 'a.jpg', type: 'image/jpeg' })
    await expect(cut).to.eventually.be.rejectedWith(/UnreadablePictureError/)
  })

  it('go along on a stick, both ways and twice, and are readable where nobody is connected', async () => {
    const ana = start('ana')
    const { room } = await ana.call('room.create', { name: 'Kitchen', kind: 'invite' })
    const path = join(folder, 'film')
    writeFileSync(path, randomBytes(3 * 1024 * 1024))
    const { id } = await ana.call('room.attach', { room, path })
    await ana.call('room.attach', { room, data: Buffer.from('a note').toString('base64url'), name: 'note.txt' })
    const [all, some] = [join(folder, 'all'), join(folder, 'some')]
    expect(await ana.call('room.export', { room, path: all })).to.include({ messages: 2, files: 2, filesLeft: 0 })
    expect(await ana.call('room.export', { room, path: some, files: 1_000 })).to.include({ files: 1, filesLeft: 1 })
    await ana.stop()

    let ben = start('ben')
    await ben.call('room.import', { path: some })
    const target = join(folder, 'film again')
    await expect(ben.call('room.fetch', { room, attachment: id, path: target })).to.eventually.be.rejected.with.property('message').that.include('UnknownAttachmentError')
    await ben.call('room.import', { path: all })
    await ben.call('room.import', { path: all })
    await ben.stop()
    ben = start('ben')
    await ben.call('room.fetch', { room, attachment: id, path: target })
    expect(readFileSync(target).equals(readFileSync(path))).to.equal(true)

    // a file cut off in the middle of a film brings its messages, and says that it was cut
    const cut = join(folder, 'cut')
    writeFileSync(cut, readFileSync(all).subarray(0, 2 * 1024 * 1024))
    const cho = start('cho')
    await expect(cho.call('room.import', { path: cut })).to.eventually.be.rejected.with.property('message').that.include('InvalidBundleError')
    await cho.call('room.import', { path: all })
    await cho.call('room.fetch', { room, attachment: id, path: target })
    expect(readFileSync(target).equals(readFileSync(path))).to.equal(true)
  })
})
