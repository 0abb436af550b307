import { execFileSync } from 'node:child_process'
import { expect } from 'aegir/chai'

const MODULE = new URL('../../src/cli/small-heap.js', import.meta.url).href

/** MB that V8 gives new objects, before and after a process made many that stay. */
function roomForNew (keepsSmall: boolean): number[] {
  const script = `
    import { getHeapSpaceStatistics } from 'node:v8'
    const { keepHeapSmall } = await import(${JSON.stringify(MODULE)})
    ${keepsSmall ? 'keepHeapSmall()' : ''}
    const room = () => getHeapSpaceStatistics().filter(({ space_name: name }) => name === 'new_space').map(space => (space.space_available_size + space.space_used_size) / 1e6)
    const before = room()
    globalThis.kept = Array.from({ length: 500_000 }, (_, i) => ({ i, list: [i] }))
    console.log(JSON.stringify([...before, ...room()]))`
  return JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }))
}

describe('the heap of a command', () => {
  it('gets no more room for new objects, however many of them stay; without a bound it would', () => {
    const [before, after] = roomForNew(true)
    expect(after).to.be.below(before + 8)
    const [, unbounded] = roomForNew(false)
    expect(unbounded).to.be.above(before + 15)
  })
})
