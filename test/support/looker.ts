import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { en } from '../../src/web/catalogue/en/index.ts'
import { LANGUAGES } from '../../src/web/catalogue/index.ts'
import type { Page } from 'playwright-core'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Looks at a page as axe does, and notes what is wrong with it and what it has seen. */
export class Looker {
  readonly found: string[] = []
  readonly #page: Page
  readonly #wanted: string[]
  readonly #seen = new Set<string>()

  /** @param wanted - selectors of what must have been on the screen at some look */
  constructor (page: Page, wanted: string[] = []) {
    this.#page = page
    this.#wanted = wanted
  }

  /** What should have been looked at and never was. */
  get missed (): string[] { return this.#wanted.filter(each => !this.#seen.has(each)) }

  async look (screen: string): Promise<void> {
    const page = this.#page
    await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' })
    const note = (all: string[]): void => { this.found.push(...all.map(each => `${screen}: ${each}`)) }
    note(await this.#violations())
    note(await this.#untranslated())
    // nothing sticks out to the side
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    wide > 0 && note([`${wide} pixels too wide`])
    const here = await page.evaluate(all => all.filter(each => [...document.querySelectorAll(each)].some(found => found.checkVisibility())), this.#wanted)
    here.forEach(each => { this.#seen.add(each) })
  }

  /** Violations as one line each; the page's policy allows no foreign script, so it is put in from outside. */
  async #violations (): Promise<string[]> {
    const page = this.#page
    if (!await page.evaluate(() => 'axe' in window)) {
      await page.evaluate(AXE)
    }
    return page.evaluate(async () => {
      const { violations } = await (window as any).axe.run(document, { resultTypes: ['violations'] })
      return violations.flatMap((each: any) => each.nodes.map((node: any) => `${String(each.id)}: ${String(node.target.join(' '))} ${String(node.failureSummary).split('\n').slice(1).join(' ')}`))
    })
  }

  /** Words of the English catalogue where another language is spoken. */
  async #untranslated (): Promise<string[]> {
    const code = await this.#page.evaluate(() => document.documentElement.lang)
    const own = await LANGUAGES.find(each => each.code === code)?.load()
    const english = Object.entries(en).flatMap(([key, text]) => typeof text === 'string' && own?.[key as keyof typeof en] !== text ? [text] : [])
    return this.#page.evaluate(english => {
      const said = new Set(english)
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
      const found: string[] = []
      while (walker.nextNode() != null) {
        const words = walker.currentNode.textContent?.trim() ?? ''
        const own = walker.currentNode.parentElement?.closest('bdi, code, kbd, .text, option[lang]') == null
        own && said.has(words) && found.push(`not translated: ${words}`)
      }
      document.querySelectorAll('[aria-label], [title], [placeholder]').forEach(each => {
        for (const name of ['aria-label', 'title', 'placeholder']) {
          said.has(each.getAttribute(name) ?? '') && found.push(`not translated: ${name} ${each.getAttribute(name) ?? ''}`)
        }
      })
      return found
    }, english)
  }
}
