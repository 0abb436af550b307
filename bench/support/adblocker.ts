import { quantile, row } from '../bench-case.ts'
import { Forked } from './forked.ts'
import type { Rival } from './rival.ts'
import type { Row } from '../bench-case.ts'

export const adblocker: Rival = {
  name: '@ghostery/adblocker 2.18.2',
  packages: ['@ghostery/adblocker@2.18.2'],
  exports: ["export { FiltersEngine, Request } from '@ghostery/adblocker'"]
}

/**
 * Not like for like: a filter engine has one trusted list of domains and looks at an address; it knows
 * no persons, words, signatures, authors or reasons.
 */
export async function adblockerRows (module: string, rules: number, signal: AbortSignal): Promise<Row[]> {
  const worker = new Forked('adblocker-lookup', signal)
  try {
    const { load, memory, times, found } = await worker.call('measure', { module, rules })
    const name = adblocker.name
    return [
      row('moderation', name, `load ${rules} domain rules (not like for like: domains only, nothing signed)`, load, 's'),
      row('moderation', name, 'memory of them', memory, 'MB'),
      row('moderation', name, 'lookup of an address, median', quantile(times, 0.5), 'µs'),
      row('moderation', name, 'lookup, 99th percentile', quantile(times, 0.99), 'µs'),
      row('moderation', name, 'listed addresses recognised', found, '%')
    ]
  } finally {
    await worker.end()
  }
}
