import { expect } from 'aegir/chai'
import { App } from '../support/app.ts'
import { LOCAL } from '../support/nodes.ts'
import { onStage } from '../support/on-stage.ts'
import type { Page } from 'playwright-core'

const PHONE = { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true }
/** pixels: what a finger hits */
const FINGER = 44
/** percent, the largest that the app offers */
const LARGEST_TEXT = '150'

/** Everything to press on the screen that a finger would miss. */
async function tooSmall (page: Page): Promise<string[]> {
  return page.evaluate(finger => [...document.querySelectorAll<HTMLElement>('button, select, summary, label.check, label.chip, .bubble .file a, input:not([type=checkbox], [type=radio]), textarea')]
    .filter(each => each.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
    .flatMap(each => {
      const { left, top, width, height } = each.getBoundingClientRect()
      const [x, y, reach] = [left + width / 2, top + height / 2, finger / 2 - 1]
      // in the middle of the screen, uncovered: what is asked at the edge of the finger must be the same thing
      const hits = (dx: number, dy: number): boolean => {
        const at = document.elementFromPoint(x + dx, y + dy)
        return at == null || at === each || each.contains(at) || at.contains(each)
      }
      const covered = document.elementFromPoint(x, y)
      const whole = top >= finger && top + height <= innerHeight - finger && covered != null && each.contains(covered)
      const fits = (width >= finger - 1 || (hits(-reach, 0) && hits(reach, 0))) && (height >= finger - 1 || (hits(0, -reach) && hits(0, reach)))
      return whole && !fits ? [`${each.tagName} ${each.className} “${each.innerText.slice(0, 30)}”: ${Math.round(width)} × ${Math.round(height)}`] : []
    }), FINGER)
}

describe('the app on a phone', () => {
  const { browsers, nodes } = onStage()

  it('closes what is open at "back", one thing at a time, and ends no session with it', async () => {
    const app = await App.open(browsers, nodes, PHONE)
    const { page } = app
    await app.call('room.create', { kind: 'invite', name: 'Cabin' })
    await app.enter('Cabin')
    const back = async (): Promise<void> => { await page.evaluate(() => { history.back() }) }
    const shown = page.locator('.panel h2')
    await page.locator('.tool-about').click()
    await page.locator('.panel-about button:has(.icon-list)').click()
    await shown.filter({ hasText: 'Charter and votes' }).waitFor()
    await back()
    await shown.filter({ hasText: 'About this room' }).waitFor()
    await back()
    await shown.waitFor({ state: 'detached' })
    await page.locator('.composer textarea').fill('still here')
    // closed by hand: its step back is gone, too
    await page.locator('.tool-people').click()
    await page.locator('.panel header button').last().click()
    await shown.waitFor({ state: 'detached' })
    expect(await page.locator('.conversation').count()).to.equal(1)
    await back()
    await page.locator('.start').waitFor()
    expect(page.url()).to.equal(app.address)
    await app.enter('Cabin')
    expect(await page.locator('.composer textarea').inputValue()).to.equal('still here')
    // one thing in place of another is one step
    await page.locator('.tool-people').click()
    await page.locator('.people li').first().waitFor()
    await page.keyboard.press('Control+k')
    await page.locator('.panel-search').waitFor()
    await back()
    await shown.waitFor({ state: 'detached' })
    await page.reload()
    await page.locator('.start').waitFor()
    await app.enter('Cabin')
    await page.locator('.tool-people').click()
    await back()
    await shown.waitFor({ state: 'detached' })
    await back()
    await page.locator('.start').waitFor()
    await page.close()
  })

  it('has nothing to press that a finger would miss, reads nothing under what covers it, and fits with the largest text', async () => {
    const ben = nodes.start(['rpc', ...LOCAL, '--dht', 'off'])
    const { room } = await ben.call('room.create', { kind: 'invite', name: 'Cabin' })
    const app = await App.open(browsers, nodes, PHONE)
    const { page } = app
    await app.call('room.join', { invite: (await ben.call('room.invite', { room })).invite })
    const { id } = await ben.call('room.send', { room, text: 'a longer sentence, so that the bubble has two lines' })
    await ben.call('room.react', { room, message: id, emoji: '🌿' })
    await ben.call('room.attach', { room, data: 'aGVsbG8', name: 'a file.bin', type: 'application/octet-stream' })
    for (const size of ['100', LARGEST_TEXT]) {
      await page.locator('.rooms header button').last().click()
      await page.locator('.panel-settings input[type=range]').fill(size)
      const found: string[] = []
      const look = async (screen: string): Promise<void> => {
        await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' })
        found.push(...(await tooSmall(page)).map(each => `${screen}: ${each}`))
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
        wide > 0 && found.push(`${screen}: ${wide} pixels too wide`)
      }
      await look('settings')
      await app.bare()
      await look('rooms')
      await app.enter('Cabin')
      await page.locator('.file').waitFor()
      await look('conversation')
      for (const [name, button] of Object.entries({ people: '.tool-people', about: '.tool-about', invite: '.invite-button', connection: '.presence' })) {
        await page.locator(button).click()
        await page.locator(`.panel-${name} .content > *`).first().waitFor()
        await look(name)
        // nobody is led to what is under it
        expect(await page.locator('.conversation').evaluate(each => (each as HTMLElement).inert), name).to.equal(true)
        await app.bare()
        expect(await page.locator('.conversation').evaluate(each => (each as HTMLElement).inert), name).to.equal(false)
      }
      await page.locator('.more-button').first().click()
      await page.locator('.menu button').last().waitFor()
      await look('menu')
      await page.keyboard.press('Escape')
      await page.locator('.back').click()
      expect(found, `text at ${size} %`).to.deep.equal([])
    }
    await page.close()
  })
})
