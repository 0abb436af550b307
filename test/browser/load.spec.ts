import { expect } from 'aegir/chai'
import { onStage } from '../support/on-stage.ts'
import { loadRoom } from '../support/page-load.ts'

describe('a busy room of pages and desktop nodes', () => {
  const { browsers, nodes } = onStage()

  it('gives everybody everything exactly once: 4 pages, 2 desktops, 20 messages a second', async () => {
    const { missing, twice, inputMs, sent } = await loadRoom({ browsers, nodes, pages: 4, desktops: 2, perSecond: 20, seconds: 8 })
    // keys answered within a frame are not reported
    console.error(`      ${sent} messages; ${inputMs.length} keys took longer than a frame, the longest ${Math.max(0, ...inputMs)} ms`)
    expect({ missing, twice }).to.deep.equal({ missing: 0, twice: 0 })
    expect(sent).to.equal(160)
  })
})
