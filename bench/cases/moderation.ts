import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { EntryIndex, ListFeed, verdictOf } from '../../src/moderation/index.ts'
import { quantile, row } from '../bench-case.ts'
import { adblocker, adblockerRows } from '../support/adblocker.ts'
import { diffCost } from '../support/list-diff.ts'
import { listOf, sentences } from '../support/made-lists.ts'
import { quietAgain } from '../support/quiet-again.ts'
import { besideRival } from '../support/rival.ts'
import type { EntryFields, ReaderList } from '../../src/moderation/index.ts'
import type { BenchCase, Row } from '../bench-case.ts'

const INDEXED = 'undertone'
const NAIVE = 'naive linear check'
const SEED = 0x5eed

function collected (): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  const { heapUsed, external } = process.memoryUsage()
  return (heapUsed + external) / 1024 / 1024
}

/** What a filter without an index does: every entry is held against the message. */
function linear (entries: EntryFields[], persona: string, text: string): number {
  const words = new Set(text.toLowerCase().split(/\P{L}+/u))
  let found = 0
  for (const { subject } of entries) {
    found += subject.persona === persona || (subject.word != null && words.has(subject.word)) || (subject.domain != null && text.includes(subject.domain)) ? 1 : 0
  }
  return found
}

export default {
  name: 'moderation',
  title: 'a hundred lists of ten thousand entries: loading, and a verdict',
  run: async ({ quick, signal }) => {
    const rows: Row[] = []
    const [lists, entries] = quick ? [20, 2_000] : [100, 10_000]
    const made = Array.from({ length: lists }, (_, i) => listOf(i, entries))
    signal.throwIfAborted()

    const texts = sentences(quick ? 2_000 : 10_000, lists, entries)
    const all = made.flatMap(list => list.fields)
    const naive = texts.slice(0, quick ? 20 : 50).map(({ persona, text }) => {
      const began = performance.now()
      linear(all, persona, text)
      return (performance.now() - began) * 1000
    })
    all.length = 0
    made.forEach(list => { list.fields.length = 0 })
    rows.push(row('moderation', NAIVE, `verdict, ${lists * entries} entries, median`, quantile(naive, 0.5), 'µs'))
    signal.throwIfAborted()

    if (!quick) {
      rows.push(...await besideRival('moderation', adblocker, signal, async module => adblockerRows(module, lists * entries, signal)))
    }

    const before = collected()
    const began = performance.now()
    const index = new EntryIndex(SEED)
    const readers = new Map<ListFeed, ReaderList>()
    // a room holds its messages beside what is folded from them
    const held = made.map(({ statements }) => statements())
    made.forEach(({ founder }, i) => {
      const feed = ListFeed.read({ founder, seed: SEED }, held[i])
      index.add(feed)
      readers.set(feed, { list: `${i}`, title: `list ${i}`, actions: null, reasons: null, weight: 1, own: false, order: i })
    })
    const loading = (performance.now() - began) / 1000
    const grown = collected() - before
    rows.push(row('moderation', INDEXED, `load ${lists} lists of ${entries}`, loading, 's', { below: 2 }))
    rows.push(row('moderation', INDEXED, `memory of them and their ${held.flat().length} statements`, grown, 'MB', { below: 200 }))
    rows.push(row('moderation', INDEXED, 'entries found', index.size / (lists * entries) * 100, '%', { equals: 100, must: true }))

    let hits = 0
    const times: number[] = []
    const hitTimes: number[] = []
    for (const { persona, text, listed } of texts) {
      const start = performance.now()
      const matches = index.matches({ persona, text }).map(({ feed, entry }) => ({ list: readers.get(feed) as ReaderList, entry }))
      const verdict = verdictOf(matches, 1, 0)
      times.push((performance.now() - start) * 1000)
      if (listed) {
        hitTimes.push(times[times.length - 1])
        hits += verdict.action === 'none' ? 0 : 1
      }
    }
    rows.push(row('moderation', INDEXED, `verdict, ${lists * entries} entries, median`, quantile(times, 0.5), 'µs', { below: 50 }))
    rows.push(row('moderation', INDEXED, 'verdict on what is listed, median', quantile(hitTimes, 0.5), 'µs', { below: 50 }))
    rows.push(row('moderation', INDEXED, 'verdict, 99th percentile', quantile(times, 0.99), 'µs'))
    rows.push(row('moderation', INDEXED, 'listed messages recognised', hits / hitTimes.length * 100, '%', { equals: 100, must: true }))
    signal.throwIfAborted()

    const [size, changed] = quick ? [10_000, 100] : [100_000, 100]
    const { live, later, taken } = await diffCost(size, changed)
    rows.push(row('moderation', INDEXED, `${changed} new entries of a list of ${size}: live`, live / 1000, 'KB', { below: 20 }))
    rows.push(row('moderation', INDEXED, 'the same after an absence', later / 1000, 'KB', { below: 20 }))
    rows.push(row('moderation', INDEXED, 'of them taken', taken / changed * 100, '%', { equals: 100, must: true }))
    made.length = held.length = 0

    const nodes = quick ? 6 : 30
    const { seconds, readers: silent, others } = await quietAgain(nodes, signal)
    rows.push(row('moderation', INDEXED, `thirty: a room of ${nodes}, two people listed, until no reader sees them`, seconds, 's', { below: 5 }))
    rows.push(row('moderation', INDEXED, 'thirty: readers who see neither of them', silent * 100, '%', { equals: 100, must: true }))
    rows.push(row('moderation', INDEXED, 'thirty: others who see both', others * 100, '%', { equals: 100, must: true }))
    return rows
  }
} satisfies BenchCase
