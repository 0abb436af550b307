import { row } from '../bench-case.ts'
import { FAST, STRICT, UNDERTONE, subjects } from '../support/groups.ts'
import { traffic, warmUp } from '../support/traffic.ts'
import type { BenchCase, Row } from '../bench-case.ts'

const MEMBERS = 10
const QUICK_MEMBERS = 4
const TEXTS = 5_000
const QUICK_TEXTS = 1_000
/** What a member may grow by while 5,000 texts arrive: history is kept, so it is not nothing. */
const MAX_GROWTH_MB = 200

/** One member says everything at once and does not wait itself: `send` has to. */
export default {
  name: 'burst',
  title: '5,000 texts of 200 bytes from one process to nine, as fast as they are taken',
  run: async options => {
    const { quick, signal } = options
    const rows: Row[] = []
    for (const subject of subjects(options)) {
      // the tuned baseline takes a quarter of the time and loses as little; the other one is left to a full run
      if (quick && subject.name === STRICT) {
        continue
      }
      const group = await subject.start(quick ? QUICK_MEMBERS : MEMBERS, signal)
      try {
        await warmUp(group, signal, 1)
        const before = group.members.map(member => member.process.memory().now)
        const result = await traffic(group, { count: quick ? QUICK_TEXTS : TEXTS, author: () => 0 }, { signal, patienceMs: 15_000 })
        const growth = group.members.map((member, i) => member.process.memory().peak - before[i])
        const ours = subject.name === UNDERTONE
        rows.push(
          row('burst', subject.name, 'delivered', 100 * result.delivered / result.expected, '%', ours ? { equals: 100, must: true } : undefined),
          row('burst', subject.name, 'told twice', result.duplicates, 'texts', ours ? { equals: 0, must: true } : undefined),
          row('burst', subject.name, 'until all had all', result.duration / 1_000, 's'),
          row('burst', subject.name, 'deliveries a second', result.delivered / result.duration * 1_000, '1/s'),
          row('burst', subject.name, 'CPU per delivery', result.cpu, 'ms'),
          row('burst', subject.name, 'peak growth, sender', growth[0], 'MB', ours ? { below: MAX_GROWTH_MB } : undefined),
          row('burst', subject.name, 'peak growth, receivers', Math.max(...growth.slice(1)), 'MB', ours ? { below: MAX_GROWTH_MB } : undefined)
        )
        const fast = rows.find(each => each.subject === FAST && each.metric === 'CPU per delivery')
        if (ours && fast != null) {
          rows.push(row('burst', subject.name, 'CPU beside fastMsgIdFn', result.cpu / fast.value, '×', { atMost: 1 }))
        }
      } finally {
        await group.stop()
      }
    }
    return rows
  }
} satisfies BenchCase
