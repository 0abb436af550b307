import { expect } from 'aegir/chai'
import { App } from '../support/app.ts'
import { LOCAL, hears } from '../support/nodes.ts'
import { onStage } from '../support/on-stage.ts'
import { traceTasks } from '../support/page-tasks.ts'
import type { Page } from 'playwright-core'

const MANY = 10_000
/** what the timeline promises to keep in the document at most, and some that are leaving */
const MAX_IN_DOCUMENT = 170
/** what one task may take of a core while somebody scrolls: what the browser calls a long one */
const MAX_TASK_MS = 50

/** Presses Tab until something that fits the selector has the focus. */
async function tabTo (page: Page, selector: string): Promise<void> {
  for (let i = 0; i < 60; i++) {
    if (await page.evaluate(selector => document.activeElement?.matches(selector) === true, selector)) {
      return
    }
    await page.keyboard.press('Tab')
  }
  throw new Error(`${selector} cannot be reached with the Tab key`)
}

describe('the app in use', () => {
  const { browsers, nodes } = onStage()

  it('can be used with the keyboard alone: create a room, invite, talk, answer, block, undo', async () => {
    const app = await App.open(browsers, nodes)
    const { page } = app
    await tabTo(page, 'form:has([name=life]) [name=name]')
    await page.keyboard.type('keys only')
    await page.keyboard.press('Enter')
    await page.locator('.conversation').waitFor()
    await tabTo(page, '.invite-button')
    await page.keyboard.press('Enter')
    const invite = await page.locator('.panel-invite textarea').inputValue()
    await page.keyboard.press('Escape')
    await page.locator('.panel').waitFor({ state: 'detached' })
    // the focus is back where it was
    await page.locator('.invite-button:focus').waitFor()

    const ben = nodes.start(['rpc', ...LOCAL, '--dht', 'off'])
    const { room } = await ben.call('room.join', { invite })
    await ben.call('room.send', { room, text: 'good evening' })
    await page.getByText('good evening', { exact: true }).first().waitFor()
    await tabTo(page, '.composer textarea')
    await page.keyboard.type('good morning')
    await page.keyboard.press('Enter')
    await hears(ben, 'good morning')

    // into the conversation, up to what Ben said, its menu, an answer
    await page.keyboard.press('Shift+Tab')
    await tabTo(page, '.composer textarea')
    await page.locator('.timeline').focus()
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('Enter')
    await page.locator('.menu').waitFor()
    await tabTo(page, '.menu button:has(.icon-reply)')
    await page.keyboard.press('Enter')
    await page.locator('.composer .context').waitFor()
    await page.locator('.composer textarea:focus').waitFor()
    await page.keyboard.type('and to you')
    await page.keyboard.press('Enter')
    await hears(ben, 'and to you')
    await page.locator('.message .quoted').waitFor()

    // blocked in two presses: the menu, the entry
    await page.locator('.timeline').focus()
    for (let i = 0; i < 3; i++) {
      await page.keyboard.press('ArrowUp')
    }
    await page.keyboard.press('Enter')
    await page.locator('.menu').waitFor()
    await tabTo(page, '.menu button.danger')
    await page.keyboard.press('Enter')
    await page.locator('.judged-bar').first().waitFor()
    await page.locator('.notice button.link').focus()
    await page.keyboard.press('Enter')
    await page.locator('.judged-bar').first().waitFor({ state: 'detached' })
    await page.close()
  })

  it('keeps drafts apart, says what is new to a screen reader, marks what is unread', async () => {
    const app = await App.open(browsers, nodes)
    const { page } = app
    const { room } = await app.call('room.create', { kind: 'invite', name: 'first' })
    await app.call('room.create', { kind: 'invite', name: 'second' })
    const { invite } = await app.call('room.invite', { room })
    const ben = nodes.start(['rpc', ...LOCAL, '--dht', 'off'])
    await ben.call('room.join', { invite })
    await app.enter('first')
    await page.locator('.composer textarea').fill('half a thought')
    await app.enter('second')
    expect(await page.locator('.composer textarea').inputValue()).to.equal('')
    await ben.call('room.send', { room, text: 'while you were away' })
    await page.locator('.badge').waitFor()
    await page.keyboard.press('Alt+ArrowUp')
    await page.locator('.unread').waitFor()
    expect(await page.locator('.composer textarea').inputValue()).to.equal('half a thought')
    await ben.call('room.send', { room, text: 'now you hear me' })
    await page.locator('[aria-live=polite]', { hasText: 'now you hear me' }).waitFor({ state: 'attached' })
    // the node has it, though it writes nothing down
    await page.reload()
    await page.locator('.app').waitFor()
    await app.enter('first')
    await page.waitForFunction(() => document.querySelector<HTMLTextAreaElement>('.composer textarea')?.value === 'half a thought')
    await page.close()
  })

  it('tells of what one list hides, why, and lets it be undone', async () => {
    const ben = nodes.start(['rpc', ...LOCAL, '--dht', 'off'])
    const { room } = await ben.call('room.create', { kind: 'invite', name: 'market' })
    const { invite } = await ben.call('room.invite', { room })
    const { list, address } = await ben.call('list.create', { title: 'Calm market' })
    await ben.call('list.add', { list, subject: { word: 'coins' }, action: 'hide', reason: 'scam', note: 'too good to be true' })
    await ben.call('room.send', { room, text: 'buy coins now' })
    const app = await App.open(browsers, nodes)
    const { page } = app
    await app.call('room.join', { invite })
    await app.enter('market')
    await page.getByText('buy coins now', { exact: true }).first().waitFor()
    // what it would change is shown before it does
    await page.locator('.rooms header button').first().click()
    await page.locator('.panel-lists button.primary').first().click()
    await page.locator('.panel-follow textarea').fill(address)
    await page.locator('.panel-follow form > button[type=button]').click()
    await page.locator('.preview').getByText(/1 message/).waitFor()
    await page.locator('.panel-follow button.primary').click()
    const bar = page.locator('.judged-bar')
    await bar.waitFor()
    expect(await bar.innerText()).to.include('scam').and.include('Calm market').and.not.include('coins now')
    await app.bare()
    // on trial it only marks, and says what it would have done
    await app.call('list.configure', { list, trial: true })
    await bar.waitFor({ state: 'detached' })
    await page.locator('.message .labels', { hasText: 'Calm market' }).locator('button').click()
    await page.locator('.panel-verdict .on-trial', { hasText: 'too good to be true' }).waitFor()
    await app.bare()
    await app.call('list.configure', { list, trial: false })
    await bar.waitFor()
    await bar.locator('button').last().click()
    await page.locator('.panel-verdict').getByText('too good to be true').waitFor()
    await page.locator('.panel-verdict button.primary').click()
    await bar.waitFor({ state: 'detached' })
    await page.getByText('buy coins now', { exact: true }).first().waitFor()
    await page.close()
  })

  it(`scrolls through ${MANY.toLocaleString('en')} messages with a bounded document`, async () => {
    const app = await App.open(browsers, nodes)
    const { page } = app
    const { room } = await app.call('room.create', { kind: 'invite', name: 'long', policy: { rate: { perSecond: 100_000, burst: 20_000 } } })
    await page.evaluate(async ({ room, many }) => new Promise<void>((resolve, reject) => {
      const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/rpc/${localStorage.getItem('undertone-door')}`)
      let sent = 0
      let done = 0
      const next = (): void => {
        if (sent < many) {
          sent++
          socket.send(JSON.stringify({ jsonrpc: '2.0', id: sent, method: 'room.send', params: { room, text: `message ${sent} ${'word '.repeat(sent % 40)}` } }))
        }
      }
      socket.onopen = () => { for (let i = 0; i < 200; i++) { next() } }
      socket.onmessage = ({ data }) => {
        const { id, error } = JSON.parse(String(data))
        if (error != null) {
          reject(new Error(error.message))
        } else if (id != null) {
          next()
          ++done === many && resolve()
        }
      }
    }), { room, many: MANY })
    await page.reload()
    await page.locator('.app').waitFor()
    await app.enter('long')
    await page.getByText(/^message 10000 /).first().waitFor()
    const session = await page.context().newCDPSession(page)
    // CPU time: what others take of the machine is not counted
    await session.send('Performance.enable', { timeDomain: 'threadTicks' })
    const read = async (name: string): Promise<number> => (await session.send('Performance.getMetrics')).metrics.find(each => each.name === name)?.value ?? NaN
    const before = { layouts: await read('LayoutCount'), seconds: await read('TaskDuration') }
    const untraced = await traceTasks(page, await browsers.renderers())
    const report = await page.evaluate(async () => {
      const tasks: number[] = []
      new PerformanceObserver(list => { tasks.push(...list.getEntries().map(each => each.duration)) }).observe({ entryTypes: ['longtask'] })
      const list = document.querySelector('.timeline') as HTMLElement
      const frame = async (): Promise<void> => new Promise(resolve => { requestAnimationFrame(() => { resolve() }) })
      let most = 0
      let first = ''
      let steps = 0
      for (; steps < 3_000 && !first.startsWith('message 1 '); steps++) {
        list.scrollTop -= 2_500
        await frame()
        const rows = document.querySelectorAll('.timeline .message')
        most = Math.max(most, rows.length)
        first = rows[0]?.querySelector('.text')?.textContent ?? ''
      }
      await frame()
      return { first, most, steps, tasks, height: list.scrollHeight }
    })
    expect(report.first).to.match(/^message 1 /)
    expect(report.most).to.be.below(MAX_IN_DOCUMENT)
    expect(report.height).to.be.above(MANY * 20)
    const layouts = (await read('LayoutCount') - before.layouts) / report.steps
    const cpu = (await read('TaskDuration') - before.seconds) * 1_000 / report.steps
    const longest = (await untraced()).reduce((most, ms) => Math.max(most, ms), 0)
    // smooth: nothing keeps a frame waiting by itself
    expect(longest).to.be.greaterThan(0).and.below(MAX_TASK_MS)
    // one for what has come into the document, and seldom another for what turned out taller than was guessed
    expect(layouts).to.be.below(1.8)
    console.error(`      ${cpu.toFixed(1)} ms of a core a step of 2,500 pixels, ${layouts.toFixed(2)} layouts; at most ${Math.round(longest)} ms a task; waiting for a core counted, ${report.tasks.length} tasks above 50 ms, the longest ${Math.round(Math.max(0, ...report.tasks))} ms; at most ${report.most} messages in the document`)
    // who speaks is taken to where it stands
    await page.locator('.composer textarea').fill('from the very top')
    await page.locator('.composer textarea').press('Enter')
    await page.getByText('from the very top', { exact: true }).first().waitFor()
    await page.locator('.latest').waitFor({ state: 'detached' })
    await page.evaluate(() => { (document.querySelector('.timeline') as HTMLElement).scrollTop -= 50_000 })
    await page.getByText(/^message 10000 /).first().waitFor({ state: 'detached' })
    await page.locator('.latest').click()
    await page.getByText(/^message 10000 /).first().waitFor()
    await page.close()
  })
})
