import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect } from 'aegir/chai'
import { build } from 'esbuild'
import { PictureHashes } from '../../src/engine/picture-hashes.ts'
import { Browsers, PATIENCE_MS } from '../support/browser.ts'
import { png } from '../support/pictures.ts'

/** Bits by which page and desktop may differ about one file; a list's entry matches within ten. */
const MOST_APART = 4

describe('a picture that is opened in a page and on a desktop', function () {
  this.timeout(3 * PATIENCE_MS)
  const browsers = new Browsers()
  before(async () => browsers.start())
  after(async () => browsers.stop())

  it(`has one hash, within ${MOST_APART} bits, whatever kind of file it is`, async () => {
    const { pictures } = JSON.parse(readFileSync(new URL('../../../test/vectors/pictures.json', import.meta.url), 'utf8'))
    const files = [...pictures.map(({ name, file }: any) => ({ name, bytes: Uint8Array.from(Buffer.from(file, 'base64url')) })), { name: 'PNG', bytes: Uint8Array.from(png(120, 90)) }]
    const { outputFiles } = await build({ entryPoints: [fileURLToPath(new URL('../../src/web/parts/picture-hash.js', import.meta.url))], bundle: true, write: false, format: 'iife', globalName: 'page' })
    const page = await (await browsers.profile()).newPage()
    await page.addScriptTag({ content: outputFiles[0].text })
    const inPage: Array<string | undefined> = await page.evaluate(async all => Promise.all(all.map(async bytes => (globalThis as any).page.pictureHash(new Blob([Uint8Array.from(bytes)])))), files.map(({ bytes }) => [...bytes]))
    const hashes = new PictureHashes()
    for (const [i, { name, bytes }] of files.entries()) {
      const here = await hashes.look({ body: { kind: 'attachment', hash: new Uint8Array(32).fill(i) } } as any, bytes)
      const apart = (BigInt(`0x${here ?? ''}`) ^ BigInt(`0x${inPage[i] ?? ''}`)).toString(2).replaceAll('0', '').length
      expect(apart, `${name}: ${here ?? ''} here, ${inPage[i] ?? ''} in the page`).to.be.at.most(MOST_APART)
    }
  })
})
