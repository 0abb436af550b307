import { readFile } from 'node:fs/promises'
import { expect } from 'aegir/chai'

const read = async (path: string): Promise<string> => readFile(new URL(`../../../${path}`, import.meta.url), 'utf8')

describe('the page of promises', () => {
  it('names a test that exists for every line', async () => {
    const lines = [...(await read('docs/promises.md')).matchAll(/^\| .+ \| (\S+\.spec\.ts) \| (.+) \|$/gm)]
    expect(lines).to.have.length.above(25)
    for (const [, file, test] of lines) {
      expect(await read(`test/${file}`), `${file} holds: ${test}`).to.include(`it('${test}'`)
    }
  })

  it('has an answer to everybody that the protocol\'s threat model names as watching', async () => {
    const promises = await read('docs/promises.md')
    for (const watcher of ['internet provider', 'DHT crawler', 'relay', 'stranger', 'Other members', 'maintainer', 'seized device', 'Flooding']) {
      expect(promises).to.include(watcher)
    }
  })
})
