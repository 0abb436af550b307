import { proxyOf } from '../network/addresses.ts'
import { carriers } from './doctor/carriers.ts'
import { dht } from './doctor/dht.ts'
import { ok } from './doctor/finding.ts'
import { clock, runtime, storage } from './doctor/machine.ts'
import { proxy } from './doctor/proxy.ts'
import { makeLog, networkInit } from './options.ts'
import { textTable } from './table.ts'
import type { CommonOptions } from './options.ts'

/** `undertone doctor`: what works here, what does not, and what to do about it. */
export async function runDoctor (options: CommonOptions): Promise<number> {
  const network = networkInit(options, makeLog(options.log))
  const proxied = proxyOf(network) != null
  const findings = [
    runtime(),
    await clock(),
    ...await proxy(network),
    ...proxied ? [ok('carriers', 'TCP and WebSocket through the proxy; nothing is opened here')] : await carriers(network),
    ...await dht(network),
    await storage(options)
  ]
  const failed = findings.filter(({ state }) => state === 'fail').length
  process.stdout.write(options.json === true
    ? `${JSON.stringify({ findings })}\n`
    : `${textTable(['', 'check', 'finding', 'what to do'], findings.map(({ state, check, finding, advice }) => [state, check, finding, advice]))}${failed === 0 ? 'Nothing stands in the way.' : `${failed} of ${findings.length} checks failed; what to do is beside each.`}\n`)
  return failed === 0 ? 0 : 1
}
