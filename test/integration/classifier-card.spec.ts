import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect } from 'aegir/chai'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

describe('the card of the built-in classifier', function () {
  this.timeout(120_000)

  it('has the figures that its script computes from the sentences in the repository, row by row', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [join(ROOT, 'scripts', 'classifier-figures.js')])
    const card = readFileSync(join(ROOT, 'docs', 'classifier.md'), 'utf8').split('\n')
    const rows = stdout.split('\n').filter(line => line.startsWith('|') && !line.startsWith('|---'))
    expect(rows).to.have.lengthOf.above(20)
    rows.forEach(row => { expect(card).to.include(row) })
    const [, labelled, texts] = /for an attack on others: (\d+) of (\d+)/.exec(stdout) ?? []
    expect(card.join(' ')).to.include(`Of ${texts} texts in which somebody wishes to die, ${labelled} ${labelled === '1' ? 'is' : 'are'} taken for an attack`)
  })
})
