import { expect } from 'aegir/chai'
import { row } from '../../bench/bench-case.ts'
import { besideRival } from '../../bench/support/rival.ts'

const rival = { name: 'another program', packages: [], exports: [] }

describe('programs measured beside ours', () => {
  it('says loudly that one was not measured, and why, when it cannot be installed', async () => {
    const rows = await besideRival('sync', rival, new AbortController().signal, async () => { throw new Error('was run') }, async () => { throw new Error('no network\nmore') })
    expect(rows).to.have.length(1)
    expect(rows[0]).to.include({ subject: 'another program', metric: 'NOT MEASURED: no network' })
  })

  it('measures what was installed', async () => {
    const rows = await besideRival('sync', rival, new AbortController().signal, async module => [row('sync', module, 'time', 1, 'ms')], async () => 'file:///entry.mjs')
    expect(rows.map(({ subject }) => subject)).to.deep.equal(['file:///entry.mjs'])
  })

  it('ends when the run is stopped instead of leaving a row', async () => {
    const stop = new AbortController()
    await expect(besideRival('sync', rival, stop.signal, async () => {
      stop.abort(new Error('stopped'))
      throw new Error('cut off')
    }, async () => 'file:///entry.mjs')).to.eventually.be.rejectedWith('stopped')
  })
})
