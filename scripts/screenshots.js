// Pictures of the app for docs/screenshots: real nodes talk, a real browser looks.
// `node scripts/screenshots.js [name…]` makes those whose name contains one of the words; without words
// those that the repository carries, `--all` every screen in every look.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { chromiumPath } from './chromium.js'
import { root } from './node.js'
import { stage } from './screenshot-stage.js'

const OUT = process.env.SCREENSHOTS ?? join(root, 'docs', 'screenshots')
const DEVICES = { phone: { width: 360, height: 740 }, desktop: { width: 1240, height: 780 } }
const THEMES = ['light', 'dark']
/** What the documentation shows: all of it would be more than a clone should carry. */
const CARRIED = /-conversation|^phone-light-\w+$|^desktop-light-(start|lists|inbox|charter)$|^phone-light-(start|report|verdict|charter)-persian$|^phone-dark-privacy-persian$/
const LANGUAGES = { en: '', fa: '-persian' }

/** What is looked at: which devices, and how to get there from a room's conversation. */
const SCREENS = {
  start: { open: async page => { await page.locator('.back:visible, .new-room:visible').first().click() }, fresh: true },
  conversation: { open: async () => {} },
  people: { open: async page => { await page.locator('.tool-people').click() } },
  invite: { open: async page => { await page.locator('.invite-button').click() } },
  privacy: { open: async page => { await page.locator('.tool-connection:visible, .presence:visible').last().click() } },
  lists: { open: async page => { await openLists(page) } },
  report: { open: async page => { await openReport(page) } },
  list: { open: async page => { await openList(page) } },
  inbox: { open: async page => { await openInbox(page) } },
  verdict: { open: async page => { await openVerdict(page) } },
  charter: { open: async page => { await openCharter(page) } },
  settings: { open: async page => { await openSettings(page) } }
}

async function toList (page) {
  const back = page.locator('.back:visible')
  if (await back.count() > 0) {
    await back.click()
  }
}

async function openLists (page) {
  await toList(page)
  await page.locator('.rooms header button').nth(0).click()
  await page.locator('.panel-lists h3').first().waitFor()
}

async function openList (page) {
  await openLists(page)
  await page.locator('.list-line').first().click()
  await page.locator('.panel-list .entries li').first().waitFor()
}

async function openInbox (page) {
  await openLists(page)
  await page.locator('.panel-lists button:has(.icon-flag)').click()
  await page.locator('.panel-inbox li').first().waitFor()
}

async function openVerdict (page) {
  await page.locator('.judged-bar button.link').nth(1).click()
  await page.locator('.panel-verdict li').first().waitFor()
}

async function openCharter (page) {
  await page.locator('.tool-about').click()
  await page.locator('.panel-about section:first-child button:has(.icon-list)').click()
  await page.locator('.panel-charter .vote').first().waitFor()
}

async function openSettings (page) {
  await toList(page)
  await page.locator('.rooms header button').nth(1).click()
}

async function openReport (page) {
  const message = page.locator('.message:not(.own)').last()
  await message.hover()
  await message.locator('.more-button').click()
  await page.locator('.menu button:has(.icon-flag)').click()
}

const wanted = process.argv.slice(2).filter(word => word !== '--all')
const everything = process.argv.includes('--all')
mkdirSync(OUT, { recursive: true })
const browser = await chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--font-render-hinting=none'] })
const scene = await stage()
try {
  for (const [language, suffix] of Object.entries(LANGUAGES)) {
    const { address, room, session } = await scene.app(language)
    const context = await browser.newContext({ locale: language, reducedMotion: 'reduce', storageState: session })
    const page = await context.newPage()
    for (const [device, viewport] of Object.entries(DEVICES)) {
      for (const theme of THEMES) {
        for (const [screen, { open, fresh }] of Object.entries(SCREENS)) {
          const name = `${device}-${theme}-${screen}${suffix}`
          if (wanted.length > 0 ? !wanted.some(word => name.includes(word)) : !everything && !CARRIED.test(name)) {
            continue
          }
          await page.setViewportSize(viewport)
          await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
          await page.goto(address.split('#')[0])
          await page.locator('.app').waitFor()
          if (!fresh) {
            await page.locator('.room-entry', { hasText: room }).click()
            await page.locator('.message').last().waitFor()
          } else if (device === 'phone') {
            // a phone shows rooms above the start screen; the first visit has none
            await page.evaluate(() => { document.querySelector('.rooms')?.remove(); document.querySelector('.app').classList.remove('inside', 'choosing') })
          }
          if (screen !== 'start' || device === 'desktop') {
            await open(page)
          }
          await page.waitForTimeout(400)
          await page.screenshot({ path: join(OUT, `${name}.png`) })
          console.log(name)
        }
      }
    }
    await context.close()
  }
} finally {
  await browser.close()
  await scene.stop()
}
