import { isAsked, row } from '../bench-case.ts'
import { FAST, STEMLESS, STRICT, UNDERTONE, stemless, subjects } from './groups.ts'
import { steady, traffic, warmUp } from './traffic.ts'
import type { CaseOptions, Row } from '../bench-case.ts'
import type { Traffic } from './traffic.ts'

const PER_SECOND = 50

export interface SteadyInit {
  members: number
  seconds: number
  /** goals, ms */
  median: number
  p99?: number
  /** also what the stem costs; not with `quick` */
  stemless?: boolean
}

/** A conversation at a steady pace, in Undertone and in plain gossipsub. */
export async function runSteady (name: string, options: CaseOptions, init: SteadyInit): Promise<Row[]> {
  const { signal, quick } = options
  const rows: Row[] = []
  const measured = new Map<string, Traffic>()
  const extra = init.stemless === true && !quick && isAsked(STEMLESS, options) ? [stemless] : []
  for (const subject of [...subjects(options), ...extra]) {
    const group = await subject.start(init.members, signal)
    try {
      await warmUp(group, signal, quick ? 1 : 3)
      const result = await traffic(group, steady(group, PER_SECOND, init.seconds), { signal })
      measured.set(subject.name, result)
      rows.push(...describe(name, subject.name, result, measured, init))
      rows.push(row(name, subject.name, 'memory per process', group.members.reduce((sum, member) => sum + member.process.memory().now, 0) / init.members, 'MB'))
    } finally {
      await group.stop()
    }
  }
  return rows
}

function describe (name: string, subject: string, result: Traffic, measured: Map<string, Traffic>, init: SteadyInit): Row[] {
  const ours = subject === UNDERTONE
  const strict = measured.get(STRICT)
  const fast = measured.get(FAST)
  const goal = <T> (value: T): T | undefined => ours ? value : undefined
  return [
    row(name, subject, 'delivered', 100 * result.delivered / result.expected, '%', goal({ equals: 100, must: true })),
    row(name, subject, 'told twice', result.duplicates, 'texts', goal({ equals: 0, must: true })),
    row(name, subject, 'median', result.median, 'ms', goal({ below: init.median })),
    row(name, subject, 'p99', result.p99, 'ms', init.p99 == null ? undefined : goal({ below: init.p99 })),
    row(name, subject, 'CPU per delivery', result.cpu, 'ms'),
    // baselines of the same run, on the same machine in the same state
    ...((ours || subject === STEMLESS) && fast != null
      ? [
          row(name, subject, 'median beside fastMsgIdFn', result.median / fast.median, '×', goal({ atMost: 1 })),
          row(name, subject, 'CPU beside fastMsgIdFn', result.cpu / fast.cpu, '×', goal({ atMost: 1 }))
        ]
      : []),
    ...((ours || subject === STEMLESS) && strict != null
      ? [
          row(name, subject, 'median beside StrictSign', result.median / strict.median, '×', goal({ atMost: 0.5 })),
          row(name, subject, 'CPU beside StrictSign', result.cpu / strict.cpu, '×', goal({ atMost: 0.5 }))
        ]
      : [])
  ]
}
