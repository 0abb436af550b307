// The people in the pictures: real nodes on this machine, which talk in a room.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { root } from './node.js'

const LOCAL = ['--profile', 'private', '--listen', '/ip4/127.0.0.1/tcp/0', '--memory']

const TALK = {
  en: {
    room: 'River bank clean-up',
    second: 'Night shift support',
    names: { ada: 'Ada', ben: 'Ben', cleo: 'Cleo' },
    lines: [
      ['ada', 'Who can bring gloves on Saturday? We have *eleven* people so far.'.replaceAll('*', '**')],
      ['ben', 'I have ten pairs, and a trolley.'],
      ['ben', 'The map of the meeting points: https://example.org/river/map'],
      ['self', 'Wonderful. I will print the list and leave no names on it.'],
      ['cleo', 'Newcomer here, came in with Ada’s invite. Is there shade near the bridge?'],
      ['ada', '> Is there shade near the bridge?\nYes, under the **old poplars**. Bring water anyway.'],
      ['mallory', 'CHEAP COINS!!! double your money today at win-big.example'],
      ['self', 'See you all at nine. 🌿'],
      ['ben', '👍']
    ],
    list: { title: 'Quiet rooms: spam', description: 'Coins, prizes, miracle cures. Kept by three people; objections are read every week.', note: 'Posted the same offer in four rooms' },
    own: { title: 'River people: unkind', note: 'It came to me in private, too.' },
    rules: ['Names stay out of here.', 'No offers of any kind.'],
    proposal: 'River bank clean-up, and the walks after it'
  },
  fa: {
    room: 'پاک‌سازی کنار رود',
    second: 'همدلی شب‌ها',
    names: { ada: 'آیدا', ben: 'بهرام', cleo: 'کیمیا' },
    lines: [
      ['ada', 'شنبه چه کسی می‌تواند دستکش بیاورد؟ تا حالا **یازده** نفر هستیم.'],
      ['ben', 'من ده جفت دارم، یک چرخ‌دستی هم.'],
      ['ben', 'نقشهٔ محل‌های قرار: https://example.org/river/map'],
      ['self', 'عالی است. فهرست را چاپ می‌کنم و هیچ نامی روی آن نمی‌گذارم.'],
      ['cleo', 'تازه‌واردم، با دعوت‌نامهٔ آیدا آمدم. نزدیک پل سایه هست؟'],
      ['ada', '> نزدیک پل سایه هست؟\nبله، زیر **سپیدارهای کهنه**. با این حال آب بیاورید.'],
      ['mallory', 'سکهٔ ارزان!!! امروز پولتان را دو برابر کنید win-big.example'],
      ['self', 'ساعت نه می‌بینمتان. 🌿'],
      ['ben', '👍']
    ],
    list: { title: 'اتاق‌های آرام: هرزنامه', description: 'سکه، جایزه، درمان معجزه‌آسا. سه نفر آن را نگه می‌دارند.', note: 'همین پیشنهاد را در چهار اتاق فرستاد' },
    own: { title: 'کنار رود: نامهربانی', note: 'برای من خصوصی هم آمد.' },
    rules: ['نام کسی اینجا نیاید.', 'هیچ تبلیغی نباشد.'],
    proposal: 'پاک‌سازی کنار رود، و پیاده‌روی پس از آن'
  }
}

class Node {
  #next = 1
  #calls = new Map()

  constructor (args) {
    this.child = spawn(process.execPath, [join(root, 'bin', 'undertone.js'), ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
    this.line = new Promise(resolve => {
      createInterface({ input: this.child.stdout }).on('line', line => {
        resolve(line)
        if (line.startsWith('{')) {
          const message = JSON.parse(line)
          this.#calls.get(message.id)?.(message)
        }
      })
    })
  }

  async call (method, params = {}) {
    const id = this.#next++
    return new Promise((resolve, reject) => {
      this.#calls.set(id, ({ result, error }) => { error == null ? resolve(result) : reject(new Error(`${method}: ${error.message}`)) })
      this.child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`)
    })
  }

  stop () { this.child.kill('SIGTERM') }
}

// what an older build refuses leaves the picture as it is
async function tried (work, otherwise) {
  try {
    return await work
  } catch (error) {
    console.warn(String(error.message))
    return otherwise
  }
}

async function until (ask) {
  for (let i = 0; i < 300; i++) {
    if (await ask()) {
      return
    }
    await new Promise(resolve => { setTimeout(resolve, 100) })
  }
  throw new Error('waited in vain')
}

/** Sets a room up in one language and answers with the address of somebody's app in it. */
export async function stage () {
  const nodes = []
  const start = args => {
    const node = new Node(args)
    nodes.push(node)
    return node
  }
  const { chromium } = await import('playwright-core')
  const { chromiumPath } = await import('./chromium.js')
  const helper = await chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox', '--disable-gpu'] })

  async function app (language) {
    const { room: name, second, names, lines, list, own, rules, proposal } = TALK[language]
    const people = { ada: start(['rpc', ...LOCAL]), ben: start(['rpc', ...LOCAL]), cleo: start(['rpc', ...LOCAL]), mallory: start(['rpc', ...LOCAL]) }
    const { room, persona } = await people.ada.call('room.create', { kind: 'invite', name, charter: { purpose: name, rules, lists: [] } })
    const { invite } = await people.ada.call('room.invite', { room })
    const personas = { ada: persona }
    for (const who of ['ben', 'cleo', 'mallory']) {
      personas[who] = (await people[who].call('room.join', { invite })).persona
    }
    // the person who looks drives their node through a page of its own
    const mine = start(['--no-open', ...LOCAL])
    const address = await mine.line
    const context = await helper.newContext()
    const page = await context.newPage()
    await page.goto(address)
    await page.locator('.app').waitFor()
    const self = async (method, params) => page.evaluate(async ([method, params]) => new Promise((resolve, reject) => {
      const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/rpc/${localStorage.getItem('undertone-door')}`)
      socket.onopen = () => { socket.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })) }
      socket.onmessage = ({ data }) => {
        const { id, result, error } = JSON.parse(data)
        if (id === 1) {
          socket.close()
          error == null ? resolve(result) : reject(new Error(`${method}: ${error.message}`))
        }
      }
    }), [method, params])
    await self('room.join', { invite })
    await self('room.create', { kind: 'open', name: second })
    await until(async () => (await self('room.members', { room })).members.length >= 5)
    for (const [who, petname] of Object.entries(names)) {
      await self('room.rename', { room, persona: personas[who], petname })
    }
    for (const [who, text] of lines) {
      const params = { room, text }
      await (who === 'self' ? self('room.send', params) : people[who].call('room.send', params))
      await until(async () => (await self('room.messages', { room })).messages.some(each => each.text === text))
    }
    const { messages } = await self('room.messages', { room })
    await people.ada.call('room.react', { room, message: messages[1].id, emoji: '🙏' })
    await self('room.react', { room, message: messages[1].id, emoji: '🙏' })
    await people.cleo.call('room.react', { room, message: messages[messages.length - 2].id, emoji: '🌞' })
    const made = await tried(people.ben.call('list.create', { title: list.title, description: list.description, license: 'CC0' }))
    if (made != null) {
      await tried(people.ben.call('list.add', { list: made.list, subject: { persona: personas.mallory }, action: 'hide', reason: 'spam', note: list.note }))
      await tried(people.ben.call('list.add', { list: made.list, subject: { word: 'miracle cure' }, action: 'warn', reason: 'scam' }))
      await tried(people.ben.call('list.add', { list: made.list, subject: { domain: 'win-big.example' }, action: 'warn', reason: 'scam' }))
      await tried(self('list.subscribe', { address: made.address }))
      await tried(until(async () => (await self('list.subscriptions', {})).subscriptions.some(each => each.entries === 3)))
    }
    const kept = await self('list.create', { title: own.title })
    await people.cleo.call('list.subscribe', { address: kept.address })
    await until(async () => (await people.cleo.call('list.subscriptions', {})).subscriptions.length > 0)
    const offending = messages.find(({ author }) => author === personas.mallory)
    await people.cleo.call('report.send', { room, message: offending.id, reason: 'spam', note: own.note, to: [kept.list] })
    await until(async () => (await self('report.inbox', {})).reports.length > 0)
    const { proposal: proposed } = await people.ada.call('charter.propose', { room, charter: { purpose: proposal, rules, voting: { age: 0 } } })
    await until(async () => (await people.cleo.call('charter.read', { room })).proposals.length > 0)
    await people.cleo.call('charter.vote', { room, proposal: proposed, choice: 'yes' })
    await until(async () => (await self('charter.read', { room })).proposals.some(each => each.tally.yes > 0))
    // one-time links: the page that takes the pictures shares the session of this one
    const session = await context.storageState()
    await page.close()
    return { address, room: name, session }
  }

  return {
    app,
    async stop () {
      await helper.close()
      nodes.forEach(node => { node.stop() })
    }
  }
}
