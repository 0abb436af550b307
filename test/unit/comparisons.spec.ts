import { expect } from 'aegir/chai'
import { Comparisons } from '../../src/engine/comparisons.ts'

interface Running { peer: string, signal: AbortSignal, done (): void, fail (error: Error): void }

function stage (members: string[]): { comparisons: Comparisons, running: Running[], later: Array<{ ms: number, run (): void }>, failed: string[] } {
  const running: Running[] = []
  const later: Array<{ ms: number, run (): void }> = []
  const failed: string[] = []
  const comparisons = new Comparisons({
    members: () => members,
    compare: async (peer, { signal }) => new Promise<void>((resolve, reject) => {
      const leave = (end: () => void): void => {
        running.splice(running.findIndex(each => each.peer === peer), 1)
        end()
      }
      running.push({ peer, signal, done: () => { leave(resolve) }, fail: error => { leave(() => { reject(error) }) } })
    }),
    failed: (error, peer) => { failed.push(`${peer}: ${(error as Error).message}`) },
    later: (ms, run) => { later.push({ ms, run }) }
  })
  return { comparisons, running, later, failed }
}

const turn = async (): Promise<void> => new Promise(resolve => { setTimeout(resolve) })
const peers = (running: Running[]): string[] => running.map(({ peer }) => peer)

describe('comparisons with members', () => {
  it('run three at once, each member once, and the others in their order', async () => {
    const { comparisons, running, later } = stage(['a', 'b', 'c', 'd', 'e'])
    comparisons.wantAll()
    comparisons.want('d')
    expect(peers(running)).to.deep.equal(['a', 'b', 'c'])
    comparisons.want('a')
    running[0].done()
    await turn()
    expect(peers(running)).to.deep.equal(['b', 'c', 'd'])
    // asked for while it ran: once more, a moment later
    expect(later).to.have.lengthOf(1)
    later[0].run()
    running[0].done()
    await turn()
    expect(peers(running)).to.deep.equal(['c', 'd', 'e'])
    running[0].done()
    await turn()
    expect(peers(running)).to.deep.equal(['d', 'e', 'a'])
  })

  it('are tried again where they were cut, less and less often, and not where the member has left', async () => {
    const members = ['a', 'b']
    const { comparisons, running, later, failed } = stage(members)
    comparisons.want('a')
    for (const wait of [1_000, 2_000, 4_000]) {
      running[0].fail(new Error('cut'))
      await turn()
      const { ms, run } = later.pop() as { ms: number, run (): void }
      expect(ms).to.equal(wait)
      run()
    }
    running[0].done()
    await turn()
    comparisons.want('a')
    running[0].fail(new Error('cut'))
    await turn()
    expect(later.pop()?.ms, 'after one that came to its end').to.equal(1_000)
    comparisons.want('b')
    members.pop()
    comparisons.left('b')
    expect(running[0].signal.aborted).to.equal(true)
    running[0].fail(new Error('gone'))
    await turn()
    expect(later).to.deep.equal([])
    expect(failed).to.have.lengthOf(5)
    expect(failed.at(-1)).to.equal('b: gone')
  })

  it('end with the room, those that wait as well', async () => {
    const { comparisons, running } = stage(['a', 'b', 'c', 'd'])
    comparisons.wantAll()
    comparisons.end('The room rests.')
    expect(running.map(({ signal }) => signal.aborted)).to.deep.equal([true, true, true])
    running[0].done()
    await turn()
    expect(peers(running)).to.deep.equal(['b', 'c'])
  })
})
