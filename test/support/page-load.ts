import { PATIENCE_MS } from './browser.ts'
import { heard, meets, soon } from './nodes.ts'
import { traceTasks } from './page-tasks.ts'
import type { Person } from './browser.ts'
import type { Nodes } from './nodes.ts'
import type { Windows } from './windows.ts'
import type { ChildNode } from '../../src/cli/child-node.ts'

export interface LoadInit {
  windows: Windows
  nodes: Nodes
  pages: number
  desktops: number
  /** messages a second, all members together */
  perSecond: number
  seconds: number
  /** pages that somebody looks at; the others lie behind other windows. One when left out: people have one pair of eyes */
  inFront?: number
  /** messages that are there before anybody comes; when there are some, the first page runs through them while talk goes on */
  history?: number
}

export interface ScrollResult {
  /** whether it came to the oldest message */
  reached: boolean
  /** most messages in the document at once */
  most: number
  /** from one frame to the next, ms */
  frames: number[]
  /** what the browser calls long tasks meanwhile, ms; waiting for a core counts */
  longTasks: number[]
}

export interface LoadResult {
  sent: number
  /** messages that some member did not get, and deliveries beyond the first */
  missing: number
  twice: number
  /** until the last was sent, ms: a machine that cannot keep up sends later than it was asked to */
  sendingMs: number
  /** keys that came to be in the text a person writes */
  pressed: number
  /** from each key press to the frame that shows it (Event Timing), all pages; {@link FRAME_MS} where the browser reports none */
  inputMs: number[]
  /** tasks of pages that kept them from answering for more than 50 ms, ms; waiting for a core counts */
  longTasks: number[]
  /** share of the time that each page's main thread had a core: what the page itself keeps its person from */
  busy: number[]
  /** what single tasks of the first page's main thread took of a core, ms: waiting for one does not count */
  tasks: number[]
  /** with a history: the way through it, and what single tasks took of a core meanwhile, ms */
  scroll?: ScrollResult
  scrollTasks: number[]
}

/** A screen or two a frame: faster than a finger. */
const SCROLL_PIXELS = 1_500

/** What a key takes at most that Event Timing does not report. */
export const FRAME_MS = 16

/** Has a page note the texts that its engine tells of, each as often as it does; nothing is sent anywhere for it. */
function noteTexts (): void {
  const told = new Map<EventTarget, string[]>()
  // an engine passes on what another one inside it tells: the outermost is heard of last, and is the page's
  Object.assign(globalThis, { texts: () => [...told.values()].at(-1) ?? [] })
  const { dispatchEvent } = EventTarget.prototype
  EventTarget.prototype.dispatchEvent = function (event) {
    const { type, message } = (event as CustomEvent).detail ?? {}
    if (event.type === 'event' && type === 'message') {
      told.has(this) || told.set(this, [])
      told.get(this)?.push(message.text)
    }
    return dispatchEvent.call(this, event)
  }
}

/** Has the browser note how long keys and tasks take from now on. */
async function watch ({ page }: Person): Promise<void> {
  await page.evaluate(() => {
    const keys: number[] = []
    const tasks: number[] = []
    Object.assign(globalThis, { keys, tasks })
    new PerformanceObserver(list => {
      list.getEntries().forEach(({ name, duration }) => { name === 'keydown' && keys.push(duration) })
    }).observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit)
    new PerformanceObserver(list => { tasks.push(...list.getEntries().map(({ duration }) => duration)) }).observe({ type: 'longtask' })
  })
}

/** Has the browser count the CPU time of the page's main thread from now on; answers how to ask for it, s. */
async function clock ({ page }: Person): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  const read = async (): Promise<number> => {
    const { metrics } = await session.send('Performance.getMetrics')
    return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN
  }
  const before = await read()
  return async () => await read() - before
}

/** Runs through a conversation from the newest to the oldest, so many pixels a frame, as fast as frames come. */
async function scrollUp ({ page }: Person, pixels: number, oldest: string): Promise<ScrollResult> {
  return page.evaluate(async ({ pixels, oldest, patience }) => {
    const longTasks: number[] = []
    const observer = new PerformanceObserver(list => { longTasks.push(...list.getEntries().map(({ duration }) => duration)) })
    observer.observe({ type: 'longtask' })
    const list = document.querySelector('.timeline') as HTMLElement
    const frames: number[] = []
    let most = 0
    let reached = false
    const until = performance.now() + patience
    for (let last = performance.now(); last < until && !reached;) {
      list.scrollTop -= pixels
      await new Promise(resolve => { requestAnimationFrame(resolve) })
      const now = performance.now()
      frames.push(now - last)
      last = now
      const texts = list.querySelectorAll('.message .text')
      most = Math.max(most, texts.length)
      reached = [...texts].some(each => each.textContent === oldest)
    }
    observer.disconnect()
    return { reached, most, frames, longTasks }
  }, { pixels, oldest, patience: PATIENCE_MS })
}

/** Everybody speaks in turn at an even pace, for as long as it is wanted; answers how much was said. */
async function talk (members: Array<ChildNode | Person>, room: string, perSecond: number, from: number, wanted: (said: number) => boolean, also: (said: number) => void = () => {}): Promise<number> {
  const began = performance.now()
  const calls: Array<Promise<unknown>> = []
  for (; wanted(calls.length);) {
    const said = calls.length
    calls.push(members[said % members.length].call('room.send', { room, text: `message ${from + said}` }))
    also(said)
    await new Promise(resolve => setTimeout(resolve, Math.max(0, began + (said + 1) * 1000 / perSecond - performance.now())))
  }
  await Promise.all(calls)
  return calls.length
}

/** Has one node say what the others find when they come. */
async function sayHistory (node: ChildNode, room: string, count: number): Promise<void> {
  for (let said = 0; said < count;) {
    const batch = Math.min(500, count - said)
    await Promise.all(Array.from({ length: batch }, async (_, i) => node.call('room.send', { room, text: `history ${said + i}` })))
    said += batch
  }
}

/** One room of pages and desktop nodes, in which everybody speaks in turn. */
export async function loadRoom ({ windows, nodes, pages, desktops, perSecond, seconds, inFront = 1, history = 0 }: LoadInit): Promise<LoadResult> {
  const machines: ChildNode[] = Array.from({ length: desktops }, () => nodes.start(['rpc', '--memory', '--profile', 'private', '--listen', '/ip4/127.0.0.1/udp/0/webrtc-direct', '--listen', '/ip4/127.0.0.1/tcp/0/ws']))
  const { room } = await machines[0].call('room.create', { kind: 'invite', name: 'busy', policy: { rate: { perSecond: 10_000, burst: 100_000 } } })
  await sayHistory(machines[0], room, history)
  const { invite } = await machines[0].call('room.invite', { room })
  for (const machine of machines.slice(1)) {
    await machine.call('room.join', { invite })
    await meets(machine)
  }
  const people: Person[] = []
  let first: number[] | undefined
  for (let i = 0; i < pages; i++) {
    const person = await windows.open(noteTexts)
    await person.joinByInvite(invite)
    await person.say(`page ${i} is here`)
    await machines[0].until(() => heard(machines[0]).includes(`page ${i} is here`), soon())
    people.push(person)
    first ??= await windows.renderers()
  }
  const members = [...machines, ...people]
  const past = Array.from({ length: history }, (_, i) => `history ${i}`)
  await tally(members, new Set(past))
  await Promise.all(people.map(watch))
  await Promise.all(people.slice(inFront).map(async person => windows.putBehind(person)))
  for (const person of people.slice(0, inFront).reverse()) {
    await person.page.bringToFront()
    await person.composer.focus()
  }
  const clocks = await Promise.all(people.map(clock))
  const untraced = await traceTasks(people[0].page, first ?? [])
  const began = performance.now()
  const presses: Array<Promise<void>> = []
  let sent = await talk(members, room, perSecond, 0, said => said < perSecond * seconds, said => {
    inFront > 0 && said % 4 === 0 && presses.push(people[(said / 4) % inFront].page.keyboard.press('x'))
  })
  await Promise.all(presses)
  const sendingMs = performance.now() - began
  const busy = (await Promise.all(clocks.map(async read => read()))).map(seconds => seconds * 1_000 / sendingMs)
  const tasks = await untraced()
  const measured = await Promise.all(people.map(async ({ page }) => page.evaluate(() => ({ keys: (globalThis as any).keys as number[], tasks: (globalThis as any).tasks as number[] }))))
  const pressed = (await Promise.all(people.map(async person => person.composer.inputValue()))).join('').length
  let scroll: ScrollResult | undefined
  let scrollTasks: number[] = []
  if (history > 0) {
    const untraced = await traceTasks(people[0].page, first ?? [])
    const scrolling = scrollUp(people[0], SCROLL_PIXELS, past[0]).then(result => { scroll = result })
    // who speaks is taken to what they said
    sent += await talk(members.filter(each => each !== people[0]), room, perSecond, sent, () => scroll == null)
    await scrolling
    scrollTasks = await untraced()
  }
  const { missing, twice } = await tally(members, new Set([...past, ...Array.from({ length: sent }, (_, i) => `message ${i}`)]))
  const reported = measured.flatMap(({ keys }) => keys)
  const inputMs = [...reported, ...Array(Math.max(0, presses.length - reported.length)).fill(FRAME_MS)]
  return { sent, missing, twice, sendingMs, busy, pressed, inputMs, tasks, longTasks: measured.flatMap(({ tasks }) => tasks), scroll, scrollTasks }
}

/** What members were not told of, and what more than once, when they have had the time. */
async function tally (members: Array<ChildNode | Person>, expected: Set<string>): Promise<{ missing: number, twice: number }> {
  const textsOf = async (member: ChildNode | Person): Promise<string[]> => ('page' in member ? member.page.evaluate(() => (globalThis as any).texts() as string[]) : heard(member))
  let missing = 0
  let twice = 0
  for (const member of members) {
    const until = performance.now() + PATIENCE_MS
    let texts = (await textsOf(member)).filter(text => expected.has(text))
    while (new Set(texts).size < expected.size && performance.now() < until) {
      await new Promise(resolve => setTimeout(resolve, 500))
      texts = (await textsOf(member)).filter(text => expected.has(text))
    }
    missing += expected.size - new Set(texts).size
    twice += texts.length - new Set(texts).size
  }
  return { missing, twice }
}
