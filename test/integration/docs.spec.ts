import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'aegir/chai'
import { createMethods } from '../../src/rpc/index.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

/** Cells of a table's rows whose first cell begins with a code span. */
function rows (text: string): string[][] {
  return text.split('\n').filter(line => line.startsWith('| `')).map(line => line.split(/(?<!\\)\|/).slice(1, -1).map(cell => cell.trim()))
}

/** What stands in code spans. */
const spans = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, span]) => span)

describe('the documentation', () => {
  it('has every method of the RPC with its parameters, and no other', () => {
    const written = Object.fromEntries(rows(read('docs/rpc.md')).filter(([name]) => /^`[a-z]+\.[a-zA-Z]+`$/.test(name)).map(([name, parameters]) => [spans(name)[0], spans(parameters)[0]?.split(', ') ?? []]))
    const there = Object.fromEntries([...createMethods({ engine: {} as any })].map(([name, { fields }]) => [name, Object.entries(fields).map(([field, { optional }]) => `${field}${optional ? '?' : ''}`)]))
    expect(written).to.deep.equal(there)
  })

  it('gives a reason and a licence for each runtime dependency, and for nothing else', () => {
    const { dependencies, optionalDependencies } = JSON.parse(read('package.json'))
    const text = read('docs/dependencies.md')
    const [tables, optional] = text.split('## Optional')
    const listed = rows(tables).flatMap(([names, reason]) => {
      expect(reason, names).to.match(/[a-z]{3}/)
      return spans(names)
    })
    expect(listed.sort()).to.deep.equal(Object.keys(dependencies).sort())
    expect(spans(optional).filter(name => name.startsWith('node-')).sort()).to.deep.equal(Object.keys(optionalDependencies).sort())
    for (const name of listed) {
      const licence = JSON.parse(read(`node_modules/${name}/package.json`)).license
      const row = rows(tables).find(([names]) => spans(names).includes(name)) as string[]
      // libp2p's own table has its licence in the sentence before it
      expect(row.length === 5 ? row[2] : /Licence (.*)/.exec(text)?.[1] ?? '', name).to.include(licence.split(' ')[0])
    }
  })

  it('links to nothing that is not there', () => {
    const pages = ['README.md', 'ARCHITECTURE.md', 'CHANGELOG.md', 'bench/README.md', ...readdirSync(join(ROOT, 'docs')).filter(name => name.endsWith('.md')).map(name => join('docs', name))]
    for (const page of pages) {
      for (const [, target] of read(page).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)) {
        expect(existsSync(join(ROOT, dirname(page), target)), `${page}: ${target}`).to.equal(true)
      }
    }
  })

  it('fits ARCHITECTURE.md to the folders that are there', () => {
    const folders = readdirSync(join(ROOT, 'src'), { withFileTypes: true }).filter(each => each.isDirectory()).map(each => each.name)
    expect(rows(read('ARCHITECTURE.md')).flatMap(([names]) => spans(names)).sort()).to.deep.equal(folders.sort())
  })
})
