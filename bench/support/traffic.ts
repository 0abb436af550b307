import { quantile } from '../bench-case.ts'
import type { Group } from './groups.ts'

/** Bytes of a text, as in what others publish about gossipsub. */
const TEXT_BYTES = 200

export interface Traffic {
  sent: number
  /** deliveries to others that came, of those that should have */
  delivered: number
  expected: number
  /** texts that somebody was told more than once */
  duplicates: number
  median: number
  p99: number
  /** from the first text until the last delivery, ms */
  duration: number
  /** CPU of all members per delivery, ms */
  cpu: number
}

interface Load {
  count: number
  author (index: number): number
  /** ms after the start at which a text is due; undefined: as fast as it is taken */
  due? (index: number): number
}

let used = 0

/** Sends texts through a group and waits until everybody has everything, or `patienceMs` without news. */
export async function traffic (group: Group, load: Load, { signal, patienceMs = 10_000 }: { signal: AbortSignal, patienceMs?: number }): Promise<Traffic> {
  const { members } = group
  const first = used
  used += load.count
  const sentAt = new Float64Array(load.count)
  const heard = members.map(() => new Uint8Array(load.count))
  const latencies: number[] = []
  let duplicates = 0
  let last = performance.now()
  const expected = load.count * (members.length - 1)
  let finished = (): void => {}
  const complete = new Promise<void>(resolve => { finished = resolve })

  members.forEach((member, i) => {
    member.process.onText = (number, at) => {
      const index = number - first
      if (!(index >= 0 && index < load.count)) {
        return
      }
      if (heard[i][index]++ > 0) {
        duplicates++
      } else if (load.author(index) !== i) {
        latencies.push(at - sentAt[index])
        last = at
        if (latencies.length === expected) {
          finished()
        }
      }
    }
  })
  const cpu = members.map(member => member.process.cpu())
  const began = performance.now()
  const sending: Array<Promise<unknown>> = []
  for (let index = 0; index < load.count; index++) {
    const wait = load.due == null ? 0 : began + load.due(index) - performance.now()
    if (wait > 0) {
      await new Promise(resolve => { setTimeout(resolve, wait) })
    }
    signal.throwIfAborted()
    sentAt[index] = performance.now()
    sending.push(members[load.author(index)].send(`#${first + index} `.padEnd(TEXT_BYTES, 'lorem ipsum ')))
  }
  await Promise.all(sending)
  last = Math.max(last, performance.now())
  while (latencies.length < expected && performance.now() - last < patienceMs) {
    signal.throwIfAborted()
    await Promise.race([complete, new Promise(resolve => { setTimeout(resolve, 250) })])
  }
  const duration = last - began
  // what is told twice would be told soon after
  await new Promise(resolve => { setTimeout(resolve, 500) })
  const spent = members.reduce((sum, member, i) => sum + member.process.cpu() - cpu[i], 0)
  return { sent: load.count, delivered: latencies.length, expected, duplicates, median: quantile(latencies, 0.5), p99: quantile(latencies, 0.99), duration, cpu: spent / latencies.length }
}

/** `perSecond` texts in all, from everybody in turn. */
export function steady (group: Group, perSecond: number, seconds: number): Load {
  return { count: perSecond * seconds, author: index => index % group.members.length, due: index => index * 1_000 / perSecond }
}

/** Until everybody hears everybody, and compilers have seen what runs often. */
export async function warmUp (group: Group, signal: AbortSignal, seconds = 2): Promise<void> {
  for (let attempt = 0; attempt < 20; attempt++) {
    const { delivered, expected } = await traffic(group, steady(group, group.members.length, 1), { signal, patienceMs: 1_000 })
    if (delivered === expected) {
      break
    }
  }
  await traffic(group, steady(group, 50, seconds), { signal, patienceMs: 2_000 })
}
