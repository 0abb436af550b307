import { expect } from 'aegir/chai'
import { LOOKS_PER_QUESTION, Liveness, MAX_UNANSWERED, STOOD_STILL_MS } from '../../src/network/liveness.ts'

interface Neighbour { status: string, answers: boolean, asked: number, abort (): void }

describe('connections to who is gone without a word', () => {
  let time = 0
  const neighbour = (answers: boolean): Neighbour => ({ status: 'open', answers, asked: 0, abort () { this.status = 'aborted' } })
  const watch = (connections: Neighbour[]): Liveness => new Liveness({
    connectionManager: { getConnections: () => connections as any },
    logger: { forComponent: () => () => {} } as any
  }, {
    now: () => time,
    ask: async connection => {
      const each = connection as unknown as Neighbour
      each.asked++
      if (!each.answers) {
        throw new Error('No answer')
      }
    }
  })
  const settled = async (): Promise<void> => new Promise(resolve => setTimeout(resolve))
  const looks = async (liveness: Liveness, count: number): Promise<void> => {
    for (let i = 0; i < count; i++) {
      time += 5_000
      liveness.look()
      await settled()
    }
  }
  beforeEach(() => { time = 1_000_000 })

  it(`are closed after ${MAX_UNANSWERED} questions in a row without an answer, and no others`, async () => {
    const [here, gone] = [neighbour(true), neighbour(false)]
    const liveness = watch([here, gone])
    liveness.start()
    await looks(liveness, LOOKS_PER_QUESTION * MAX_UNANSWERED - 1)
    expect([here.status, gone.status]).to.deep.equal(['open', 'open'])
    await looks(liveness, 1)
    expect([here.status, gone.status]).to.deep.equal(['open', 'aborted'])
    liveness.stop()
  })

  it('stay when they are slow once', async () => {
    const slow = neighbour(false)
    const liveness = watch([slow])
    liveness.start()
    await looks(liveness, LOOKS_PER_QUESTION)
    slow.answers = true
    await looks(liveness, LOOKS_PER_QUESTION)
    slow.answers = false
    await looks(liveness, LOOKS_PER_QUESTION)
    expect([slow.status, slow.asked]).to.deep.equal(['open', 3])
    liveness.stop()
  })

  it('are closed at the first question after this process stood still', async () => {
    const [here, gone] = [neighbour(true), neighbour(false)]
    const liveness = watch([here, gone])
    liveness.start()
    time += STOOD_STILL_MS + 1
    liveness.look()
    await settled()
    expect([here.status, gone.status]).to.deep.equal(['open', 'aborted'])
    liveness.stop()
  })
})
