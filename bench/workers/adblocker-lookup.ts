/** A published filter engine with the domains that made lists have. Driven over IPC. */
import { answer } from '../support/forked.ts'
import { domainOf } from '../support/made-lists.ts'

const LOOKUPS = 10_000

function collected (): number {
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  return (heapUsed + external) / 1024 / 1024
}

function load ({ FiltersEngine }: any, rules: number): { engine: any, seconds: number } {
  const text = Array.from({ length: rules }, (_, i) => `||${domainOf(i)}^`).join('\n')
  const began = performance.now()
  const engine = FiltersEngine.parse(text, { loadCosmeticFilters: false })
  return { engine, seconds: (performance.now() - began) / 1000 }
}

answer({
  async measure ({ module, rules }) {
    const rival = await import(module)
    const before = collected()
    const { engine, seconds } = load(rival, rules)
    // a turn later nothing of the text is on the stack
    await new Promise(resolve => { setImmediate(resolve) })
    const memory = collected() - before
    const times: number[] = []
    let found = 0
    for (let i = 0; i < LOOKUPS; i++) {
      const listed = i % 10 === 0
      const url = listed ? `https://${domainOf((i * 7_919) % rules)}/x` : `https://news.site/2024/11/story-${i}`
      const began = performance.now()
      const { match } = engine.match(rival.Request.fromRawDetails({ url, type: 'xhr', sourceUrl: 'https://chat.invalid/' }))
      times.push((performance.now() - began) * 1000)
      found += listed && match === true ? 1 : 0
    }
    return { load: seconds, memory, times, found: found / (LOOKUPS / 10) * 100 }
  },
  async end () { return {} }
})
