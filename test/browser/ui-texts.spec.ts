import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'aegir/chai'
import { first } from '../../src/web/catalogue/en/first.ts'
import { en } from '../../src/web/catalogue/en/index.ts'

const WEB = fileURLToPath(new URL('../../../src/web', import.meta.url))

/** The sources that a page loads before any panel is opened. */
function eager (file: string, seen = new Map<string, string>()): Map<string, string> {
  if (!seen.has(file) && file.startsWith(WEB + sep)) {
    const source = readFileSync(file, 'utf8')
    seen.set(file, source)
    for (const [, path] of source.matchAll(/^import (?!type).* from '(\.[^']+)'/gm)) {
      const base = join(dirname(file), path).replace(/\.[jt]s$/, '')
      const found = [`${base}.ts`, `${base}.tsx`].find(existsSync)
      found != null && eager(found, seen)
    }
  }
  return seen
}

describe('texts of the first screens', () => {
  it('are all there before the others are loaded', () => {
    const later = Object.keys(en).filter(key => !(key in first))
    const sources = [...eager(join(WEB, 'main.tsx'))].filter(([file]) => !file.includes(`${sep}catalogue${sep}`))
    expect(sources.length).to.be.above(20)
    const wanting = sources.flatMap(([file, source]) => later.filter(key => source.includes(`'${key}'`)).map(key => `${file.slice(WEB.length)} says ${key}`))
    expect(wanting).to.deep.equal([])
  })
})
