import { expect } from 'aegir/chai'
import { App } from '../support/app.ts'
import { PATIENCE_MS } from '../support/browser.ts'
import { LOCAL, hears } from '../support/nodes.ts'
import { onStage } from '../support/on-stage.ts'
import type { ChildNode } from '../../src/cli/child-node.ts'

describe('the app for who does not see it, types otherwise, or pastes', () => {
  const { browsers, nodes } = onStage()
  let ben: ChildNode
  let room: string
  let app: App

  before(async () => {
    const { node, invite, ...made } = await nodes.founder('Harbour')
    ben = node
    room = made.room
    for (const text of ['said long ago', 'and this, too']) {
      await ben.call('room.send', { room, text })
    }
    app = await App.open(browsers, nodes, { permissions: ['notifications'] })
    await app.page.evaluate(() => {
      const spoken: string[] = []
      Object.assign(window, { spoken })
      new MutationObserver(() => { spoken.push(document.querySelector('[aria-live=polite].visually-hidden')?.textContent ?? '') }).observe(document.body, { subtree: true, childList: true, characterData: true })
    })
    await app.call('room.join', { invite })
    await app.enter('Harbour')
    await app.page.getByText('and this, too', { exact: true }).first().waitFor()
  })

  const spoken = async (): Promise<string[]> => app.page.evaluate(() => [...new Set((window as any).spoken as string[])].filter(each => each !== ''))

  it('speaks of what comes, the same words twice if they were said twice, of a file by its name, and not of what was said before', async () => {
    const { page } = app
    const says = async (text: string): Promise<void> => { await page.waitForFunction(text => ((window as any).spoken as string[]).some(each => each.includes(text)), text, { timeout: PATIENCE_MS }) }
    await ben.call('room.send', { room, text: 'a boat' })
    await says('a boat')
    const first = (await spoken()).filter(each => each.includes('a boat'))
    await ben.call('room.send', { room, text: 'a boat' })
    await page.waitForFunction(() => new Set(((window as any).spoken as string[]).filter(each => each.includes('a boat'))).size === 2, undefined, { timeout: PATIENCE_MS })
    await ben.call('room.attach', { room, data: 'aGVsbG8', name: 'timetable.pdf', type: 'application/pdf' })
    await says('timetable.pdf')
    expect(first).to.have.length(1)
    expect((await spoken()).filter(each => each.includes('long ago') || each.includes('this, too'))).to.deep.equal([])
  })

  it('names each message by who said it, and describes it by what was said and when', async () => {
    const { page } = app
    const session = await page.context().newCDPSession(page)
    const { root } = await session.send('DOM.getDocument')
    const { nodeId } = await session.send('DOM.querySelector', { nodeId: root.nodeId, selector: '.message:not(.own)' })
    const { nodes: [node] } = await session.send('Accessibility.getPartialAXTree', { nodeId, fetchRelatives: false })
    expect(node.role?.value).to.equal('article')
    expect(node.name?.value).to.equal(await page.locator('.message .name').first().innerText())
    expect(node.description?.value).to.match(/^said long ago.*\d:\d\d/)
  })

  it('leads past the rooms to the words at one press of Tab, and gives the focus back to where it came from', async () => {
    const { page } = app
    await page.locator('.rooms button').first().focus()
    await page.keyboard.press('Shift+Tab')
    await page.locator('.skip:focus').waitFor()
    await page.keyboard.press('Enter')
    await page.locator('.composer textarea:focus').waitFor()
    const message = page.locator('.message').nth(1)
    await message.focus()
    await page.keyboard.press('Enter')
    await page.locator('.menu button:focus').waitFor()
    await page.keyboard.press('Escape')
    expect(await message.evaluate(each => each === document.activeElement)).to.equal(true)
    // through a menu that is gone by then
    await page.keyboard.press('Enter')
    await page.locator('.menu button:has(.icon-flag)').click()
    await page.locator('.panel-report').waitFor()
    await app.bare()
    expect(await message.evaluate(each => each === document.activeElement)).to.equal(true)
    await page.locator('.tool-people').click()
    await page.locator('.panel:focus').waitFor()
    await app.bare()
    await page.locator('.tool-people:focus').waitFor()
  })

  it('sends nothing at the Enter that ends a composition', async () => {
    const { page } = app
    const own = page.locator('.message.own')
    const area = page.locator('.composer textarea')
    await area.focus()
    const session = await page.context().newCDPSession(page)
    await session.send('Input.imeSetComposition', { text: '你好', selectionStart: 2, selectionEnd: 2 })
    expect(await area.inputValue()).to.equal('你好')
    await page.keyboard.down('Enter')
    await session.send('Input.insertText', { text: '你好' })
    await page.keyboard.up('Enter')
    // where the composition is over before its Enter is told of
    await area.dispatchEvent('keydown', { key: 'Enter', keyCode: 229, bubbles: true })
    expect(await area.inputValue()).to.include('你好')
    expect(await own.count()).to.equal(0)
    await area.press('Enter')
    await hears(ben, '你好')
  })

  it('sends what is pasted or dropped at a press, not before; keeps words for words; and is not left by a file that is dropped beside', async () => {
    const { page } = app
    const staged = page.locator('.staged li')
    const give = async (type: 'paste' | 'drop', selector: string, files: string[], text = ''): Promise<boolean> => page.evaluate(([type, selector, files, text]) => {
      const data = new DataTransfer()
      files.forEach(name => { data.items.add(new File([`inside ${name}`], name, { type: 'text/plain' })) })
      text !== '' && data.setData('text/plain', text)
      const event = type === 'paste' ? new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }) : new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true })
      return !(document.querySelector(selector) as HTMLElement).dispatchEvent(event)
    }, [type, selector, files, text] as const)
    expect(await give('drop', '.timeline', ['one.txt', 'two.txt'])).to.equal(true)
    await staged.nth(1).waitFor()
    expect(await give('paste', '.composer textarea', ['three.txt'])).to.equal(true)
    await staged.nth(2).waitFor()
    // a table that was copied brings a picture of itself
    expect(await give('paste', '.composer textarea', ['picture of words.png'], 'words')).to.equal(false)
    // dragged words are the browser's own business
    expect(await give('drop', '.composer textarea', [], 'words')).to.equal(false)
    expect(await staged.count()).to.equal(3)
    expect((await ben.call('room.messages', { room })).messages.some((each: any) => each.attachments.some(({ name }: any) => /one|two|three/.test(name)))).to.equal(false)
    await staged.nth(1).locator('button').click()
    await page.locator('.composer textarea').fill('two files')
    await page.keyboard.press('Enter')
    await staged.first().waitFor({ state: 'detached' })
    await hears(ben, 'two files')
    const { messages } = await ben.call('room.messages', { room })
    expect(messages.flatMap((each: any) => each.attachments.map(({ name }: any) => name))).to.deep.equal(['timetable.pdf', 'one.txt', 'three.txt'])
    await page.locator('.new-room').click()
    expect(await give('drop', '.start', ['stray.txt'])).to.equal(true)
    await app.enter('Harbour')
  })

  it('tells apart in the conversation who have names that look alike', async () => {
    const { page } = app
    const cleo = nodes.start(['rpc', ...LOCAL, '--dht', 'off'])
    await cleo.call('room.join', { invite: (await ben.call('room.invite', { room })).invite })
    await hears(cleo, 'two files')
    await cleo.call('room.send', { room, text: 'I am Ben' })
    await page.locator('.message', { hasText: 'I am Ben' }).waitFor()
    const { members } = await app.call('room.members', { room })
    const [one, two] = members.filter((each: any) => !each.self).map((each: any) => each.persona)
    await app.call('room.rename', { room, persona: one, petname: 'Bennо' })
    await page.locator('.message .name', { hasText: 'Bennо' }).first().waitFor()
    expect(await page.locator('.message header .persona').count()).to.equal(0)
    await app.call('room.rename', { room, persona: two, petname: 'Benno' })
    for (const persona of [one, two]) {
      await page.locator('.message header .persona', { hasText: persona.slice(-6) }).first().waitFor()
    }
  })

  it('gives nothing that is typed or read to a speller or translator of the browser, which may ask its maker', async () => {
    const { page } = app
    expect(await page.locator('.composer textarea').evaluate(each => (each as HTMLElement).spellcheck)).to.equal(false)
    expect(await page.locator('.message .text').first().evaluate(each => (each as HTMLElement).translate)).to.equal(false)
    await page.locator('.new-room').click()
    expect(await page.locator('input, textarea').evaluateAll(all => all.filter(each => (each as HTMLElement).spellcheck || !['off', ''].includes((each as HTMLInputElement).autocomplete)).length)).to.equal(0)
    await app.enter('Harbour')
  })

  it('opens the room of a notification that is pressed, and lives with a phone that lets no page make one', async () => {
    const { page } = app
    await page.locator('.rooms header button').last().click()
    await page.locator('.panel-settings select:has(option[value=quiet])').selectOption('quiet')
    await app.bare()
    await page.locator('.new-room').click()
    await page.evaluate(() => {
      window.Notification = class extends Notification {
        constructor (title: string, options: NotificationOptions = {}) {
          super(title, options)
          Object.assign(window, { last: this })
        }
      }
    })
    await ben.call('room.send', { room, text: 'come here' })
    await page.waitForFunction(() => (window as any).last != null, undefined, { timeout: PATIENCE_MS })
    await page.evaluate(() => { (window as any).last.onclick() })
    await page.locator('.conversation h1', { hasText: 'Harbour' }).waitFor()
    await page.locator('.new-room').click()
    await page.evaluate(() => {
      const refused = class { constructor () { throw new TypeError('Illegal constructor') } }
      window.Notification = Object.assign(refused, { permission: 'granted' }) as any
    })
    await page.waitForTimeout(3_100)
    await ben.call('room.send', { room, text: 'and here' })
    // the badge comes all the same; what was thrown would fail this test
    await page.locator('.badge').waitFor()
    await app.enter('Harbour')
  })

  it('says "today" until midnight, and "yesterday" after it, though nobody writes', async () => {
    const { page } = app
    await page.locator('.new-room').click()
    await page.clock.install()
    await app.enter('Harbour')
    const day = page.locator('.day').first()
    expect(await day.innerText()).to.match(/^today$/i)
    await page.clock.fastForward('24:00:00')
    await page.locator('.day', { hasText: /^yesterday$/i }).waitFor()
    await page.clock.fastForward('24:00:00')
    await page.locator('.day', { hasText: /day, / }).waitFor()
    await page.close()
  })
})
