import { expect } from 'aegir/chai'
import { Nodes } from '../support/nodes.ts'
import { loadRoom } from '../support/page-load.ts'
import { Windows } from '../support/windows.ts'

/** What one task of a page may take of a core, and all of them together, while 20 messages a second come: a key waits for no more. */
const MOST_TASK_MS = 100
const MOST_SHARE = 0.5
/** Of the keys, how many the screen has to show in time: one now and then waits for a core that something else on the machine has. */
const LEAST_IN_TIME = 0.95
const IN_TIME_MS = 100

describe('a busy room of pages and desktop nodes', function () {
  this.timeout(300_000)
  const windows = new Windows()
  const nodes = new Nodes()
  before(async () => { await windows.start() })
  after(async () => {
    await windows.stop()
    await nodes.stop()
  })

  it('gives everybody everything exactly once, and the page in front answers keys within 100 ms: 10 pages, 5 desktops, 20 messages a second for 30 s', async () => {
    const { sent, missing, twice, sendingMs, pressed, inputMs, busy, tasks } = await loadRoom({ windows, nodes, pages: 10, desktops: 5, perSecond: 20, seconds: 30 })
    const longest = tasks.reduce((most, ms) => Math.max(most, ms), 0)
    const share = Math.max(...busy)
    const within = inputMs.filter(ms => ms <= IN_TIME_MS).length
    console.error(`      ${sent} messages sent in ${Math.round(sendingMs / 1_000)} s; ${within} of ${pressed} keys answered within ${IN_TIME_MS} ms, the slowest in ${Math.max(...inputMs)}; of a core the longest task took ${Math.round(longest)} ms, a page's main thread ${Math.round(100 * share)} %`)
    expect({ sent, missing, twice }).to.deep.equal({ sent: 600, missing: 0, twice: 0 })
    expect(pressed).to.equal(150)
    expect(within).to.be.at.least(LEAST_IN_TIME * pressed)
    expect(tasks.length).to.be.greaterThan(sent)
    expect(longest).to.be.below(MOST_TASK_MS)
    expect(share).to.be.below(MOST_SHARE)
    windows.check()
  })
})
