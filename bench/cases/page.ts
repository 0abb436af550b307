import { Browsers } from '../../test/support/browser.ts'
import { Nodes } from '../../test/support/nodes.ts'
import { firstMessage } from '../../test/support/page-first.ts'
import { FRAME_MS, loadRoom } from '../../test/support/page-load.ts'
import { Windows } from '../../test/support/windows.ts'
import { quantile, row } from '../bench-case.ts'
import type { BenchCase, Row } from '../bench-case.ts'

const ROUNDS = 5

/** Real pages in a real browser: how soon one reads, and whether many keep up. */
export default {
  name: 'page',
  title: 'pages in Chromium: the first message, and a busy room with desktop nodes',
  run: async ({ quick, signal }) => {
    const rows: Row[] = []
    const browsers = new Browsers()
    const nodes = new Nodes()
    const stop = async (): Promise<void> => {
      await browsers.stop()
      await nodes.stop()
    }
    signal.addEventListener('abort', () => { stop().catch(() => {}) }, { once: true })
    try {
      await browsers.start()
      const times: number[] = []
      for (let round = 0; round < (quick ? 1 : ROUNDS); round++) {
        const { marks, people } = await firstMessage(browsers, nodes, `round ${round}`)
        // by the page's own clock, which starts when it is opened
        times.push(marks.message)
        await Promise.all(people.map(async person => person.page.context().close()))
      }
      rows.push(row('page', 'undertone', 'opening to first message, median', quantile(times, 0.5) / 1_000, 's', { below: 2 }))
      const size = quick ? { pages: 2, desktops: 1, seconds: 1 } : { pages: 10, desktops: 5, seconds: 30 }
      await browsers.stop()
      await nodes.stop()
      // what a person has on a desk, and what nobody has but a wall of screens
      for (const inFront of [1, size.pages]) {
        const windows = new Windows()
        signal.addEventListener('abort', () => { windows.stop().catch(() => {}) }, { once: true })
        try {
          await windows.start()
          const { sent, missing, twice, sendingMs, inputMs, longTasks, busy, tasks } = await loadRoom({ windows, nodes, perSecond: 20, ...size, inFront })
          const expected = sent * (size.pages + size.desktops)
          const subject = `${size.pages} pages, ${size.desktops} desktops, ${inFront} in front`
          rows.push(
            row('page', subject, 'delivered', 100 * (expected - missing) / expected, '%', { equals: 100, must: true }),
            row('page', subject, 'told twice', twice, 'texts', { equals: 0, must: true }),
            row('page', subject, 'sent in', sendingMs / 1_000, 's'),
            // keys that the next frame shows are not reported by the browser and count as one
            row('page', subject, 'key to frame, median', quantile(inputMs, 0.5), 'ms'),
            row('page', subject, 'key to frame, 95th percentile', quantile(inputMs, 0.95), 'ms'),
            row('page', subject, 'slowest key', Math.max(FRAME_MS, ...inputMs), 'ms', inFront === 1 ? { below: 100 } : undefined),
            row('page', subject, 'keys answered within 100 ms', 100 * inputMs.filter(ms => ms <= 100).length / inputMs.length, '%'),
            row('page', subject, 'tasks above 50 ms', longTasks.length / size.pages / sendingMs * 1_000, 'per page and second'),
            row('page', subject, 'in such tasks', 100 * longTasks.reduce((sum, ms) => sum + ms, 0) / size.pages / sendingMs, '%'),
            row('page', subject, 'longest task by CPU time', tasks.reduce((most, ms) => Math.max(most, ms), 0), 'ms', { below: 100 }),
            row('page', subject, 'main thread on a core, busiest page', 100 * Math.max(...busy), '%')
          )
        } finally {
          await windows.stop()
          await nodes.stop()
        }
      }
    } finally {
      await stop()
    }
    return rows
  }
} satisfies BenchCase
