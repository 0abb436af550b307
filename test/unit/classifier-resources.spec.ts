import { expect } from 'aegir/chai'
import { encodeResources, MAX_RESOURCES, readResources, resourcesFor, STARTER_RESOURCES } from '../../src/moderation/classifier/index.ts'
import type { Resource } from '../../src/moderation/classifier/index.ts'

const line = (change: Partial<Resource> = {}): Resource => ({ name: 'A line', address: 'tel:+1 555 0100', languages: ['en'], regions: ['US'], hours: 'day and night', ...change })
const file = (resources: unknown[]): Uint8Array => new TextEncoder().encode(JSON.stringify({ undertone: 'resources', title: 'Ours', resources }))

describe('help lines', () => {
  it('always offers directories of help lines, in whatever language', () => {
    expect(resourcesFor([], 'fa')).to.deep.equal(STARTER_RESOURCES.resources)
    expect(resourcesFor([])).to.have.lengthOf(3)
  })

  it('shows lines in the reader\'s language first, and those of the region before others', () => {
    const list = { title: 'Ours', resources: [line({ address: '111', languages: ['*'], regions: ['*'] }), line({ address: '222', languages: ['es'], regions: ['ES'] }), line({ address: '333', languages: ['es'], regions: ['MX'] }), line({ address: '444', languages: ['de'] })] }
    expect(resourcesFor([list], 'es-MX').map(({ address }) => address).slice(0, 3)).to.deep.equal(['333', '222', '111'])
    expect(resourcesFor([list], 'es-MX').map(({ address }) => address)).to.not.include('444')
  })

  it('shows an address once, though several lists name it', () => {
    const list = { title: 'Ours', resources: [line()] }
    expect(resourcesFor([list, list], 'en')).to.have.lengthOf(4)
  })

  it('reads back what it wrote', () => {
    const list = { title: 'Ours', resources: [line(), line({ address: 'https://help.example', hours: undefined })] }
    expect(readResources(encodeResources(list)).resources.map(({ address }) => address)).to.deep.equal(['tel:+1 555 0100', 'https://help.example'])
  })

  for (const [what, resources] of [
    ['an address that runs code', [line({ address: 'data:text/html,hello' })]],
    ['an address without encryption', [line({ address: 'http://help.example' })]],
    ['a name that turns text round', [line({ name: 'A\u202eline' })]],
    ['a name without end', [line({ name: 'x'.repeat(201) })]],
    ['a region that is none', [line({ regions: ['anywhere'] })]],
    ['nothing where a line should be', [null]],
    [`more than ${MAX_RESOURCES} lines`, Array.from({ length: MAX_RESOURCES + 1 }, () => line())]
  ] as const) {
    it(`refuses ${what}`, () => {
      expect(() => readResources(file([...resources]))).to.throw().with.property('name', 'InvalidResourcesError')
    })
  }

  it('refuses bytes that are no list', () => {
    for (const bytes of [new Uint8Array(0), new Uint8Array([0xff]), new TextEncoder().encode('{"undertone":"list"}'), new Uint8Array(1024 * 1024 + 1)]) {
      expect(() => readResources(bytes)).to.throw().with.property('name', 'InvalidResourcesError')
    }
  })
})
