import { expect } from 'aegir/chai'
import { onStage } from '../support/on-stage.ts'
import { loadRoom } from '../support/page-load.ts'

describe('a busy room of pages and desktop nodes', () => {
  const { browsers, nodes } = onStage()

  it('gives everybody everything exactly once: 4 pages, 2 desktops, 20 messages a second', async () => {
    const { missing, twice, inputMs, busy, sent } = await loadRoom({ browsers, nodes, pages: 4, desktops: 2, perSecond: 20, seconds: 8 })
    console.error(`      ${sent} messages; ${inputMs.length} keys, the slowest ${Math.max(0, ...inputMs)} ms; a page's main thread had a core ${Math.round(100 * Math.max(...busy))} % of the time at most`)
    expect({ missing, twice }).to.deep.equal({ missing: 0, twice: 0 })
    expect(sent).to.equal(160)
  })
})
