import { row } from '../bench-case.ts'
import { UNDERTONE, subjects } from '../support/groups.ts'
import { steady, traffic, warmUp } from '../support/traffic.ts'
import type { BenchCase, Row } from '../bench-case.ts'

const MEMBERS = 5
const PER_SECOND = 50
const ROUNDS = 8
const ROUND_SECONDS = 30

/** Whether a room that talks for minutes grows by more than the history that it is told to keep. */
export default {
  name: 'soak',
  title: 'five processes that talk for four minutes, and their memory',
  onRequest: true,
  run: async options => {
    const rows: Row[] = []
    for (const subject of subjects({ ...options, subjects: [UNDERTONE] })) {
      const group = await subject.start(MEMBERS, options.signal)
      try {
        await warmUp(group, options.signal)
        const memory: number[] = []
        for (let round = 0; round < (options.quick ? 2 : ROUNDS); round++) {
          const result = await traffic(group, steady(group, PER_SECOND, options.quick ? 3 : ROUND_SECONDS), options)
          memory.push(group.members.reduce((sum, member) => sum + member.process.memory().now, 0) / MEMBERS)
          rows.push(
            row('soak', subject.name, `memory, round ${round + 1}`, memory[round], 'MB'),
            row('soak', subject.name, `delivered, round ${round + 1}`, 100 * result.delivered / result.expected, '%', { equals: 100, must: true })
          )
        }
        const half = memory.length / 2
        rows.push(row('soak', subject.name, 'growth per message, second half', (memory[memory.length - 1] - memory[half]) * 1_024 / ((memory.length - 1 - half) * PER_SECOND * ROUND_SECONDS), 'KB'))
      } finally {
        await group.stop()
      }
    }
    return rows
  }
} satisfies BenchCase
