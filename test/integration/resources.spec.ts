import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'aegir/chai'
import { MAX_RESOURCE_LISTS } from '../../src/engine/resource-shelf.ts'
import { Nodes } from '../support/nodes.ts'

const list = (title: string, address: string): string => JSON.stringify({ undertone: 'resources', title, resources: [{ name: 'خط کمک', address, languages: ['fa'], regions: ['IR'], hours: '8–20' }] })
const data = (text: string): string => Buffer.from(text).toString('base64url')

describe('lists of help lines', () => {
  const nodes = new Nodes()
  let folder: string

  before(async () => { folder = await mkdtemp(join(tmpdir(), 'undertone-resources-')) })
  after(async () => {
    await nodes.stop()
    await rm(folder, { recursive: true, force: true })
  })

  it('are taken from a file, shown first, replaced by their title, and there after a restart', async () => {
    const passphrase = join(folder, 'passphrase')
    const file = join(folder, 'lines.json')
    await writeFile(passphrase, 'correct horse')
    await writeFile(file, list('Ours', 'tel:+98 21 0000'))
    const args = ['rpc', '--profile', 'private', '--listen', '/ip4/127.0.0.1/tcp/0', '--data', join(folder, 'data'), '--passphrase-file', passphrase]
    const node = nodes.start(args)
    expect(await node.call('moderation.addResources', { path: file })).to.deep.equal({ title: 'Ours', resources: 1 })
    await node.call('moderation.addResources', { data: data(list('Ours', 'tel:+98 21 1111')) })
    await node.stop()

    const again = nodes.start(args)
    const { resources, lists } = await again.call('moderation.resources', { language: 'fa' })
    expect(resources[0]).to.deep.equal({ name: 'خط کمک', address: 'tel:+98 21 1111', languages: ['fa'], region: 'IR', hours: '8–20' })
    expect(resources).to.have.lengthOf(4)
    expect(lists).to.deep.equal([{ title: 'Ours', resources: 1 }])

    await again.call('moderation.removeResources', { title: 'Ours' })
    expect((await again.call('moderation.resources', { language: 'fa' })).resources).to.have.lengthOf(3)
  })

  it(`are at most ${MAX_RESOURCE_LISTS}, and never addresses that run code`, async () => {
    const node = nodes.rpc()
    for (let i = 0; i < MAX_RESOURCE_LISTS; i++) {
      await node.call('moderation.addResources', { data: data(list(`List ${i}`, `tel:${1000 + i}`)) })
    }
    for (const refused of [list('One more', 'tel:1234'), list('List 0', 'data:text/html,hello'), '{}']) {
      let name: string | undefined
      await node.call('moderation.addResources', { data: data(refused) }).catch(error => { name = error.remote })
      expect(name).to.equal('InvalidParametersError')
    }
    expect((await node.call('moderation.resources')).lists).to.have.lengthOf(MAX_RESOURCE_LISTS)
  })
})
