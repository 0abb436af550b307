import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'aegir/chai'
import { hears } from '../support/nodes.ts'
import { onStage } from '../support/on-stage.ts'
import { spellings } from '../support/spelled.ts'
import type { Person } from '../support/browser.ts'
import type { BrowserContext } from 'playwright-core'

const PASSPHRASE = 'a passphrase of seven words or so'
/** Long enough to be found, and in no list of the app's own. */
const REACTION = '🧑🏿‍🤝‍🧑🏻'

/** A word that nothing else in the world contains, of letters alone: nowhere is it written in another way. */
function marker (): string {
  return `zq${[...randomBytes(14)].map(byte => 'abcdefghijklmnop'[byte & 15]).join('')}`
}

/** Everything below a folder that holds one of these words, in whichever spelling. */
async function findIn (folder: string, words: Record<string, string>): Promise<string[]> {
  const found: string[] = []
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) {
      continue
    }
    const path = join(entry.parentPath, entry.name)
    const content = await readFile(path)
    for (const [what, word] of Object.entries(words)) {
      for (const { how, bytes } of spellings(word)) {
        if (content.includes(bytes)) {
          found.push(`${what} (${how}) in ${path.slice(folder.length + 1)}`)
        }
      }
    }
  }
  return found
}

/** What the page's origin stores, as a page reads it: files may be packed. Binary is told as Latin-1. */
async function stored (person: Person): Promise<{ places: string[], text: string }> {
  return person.page.evaluate(async () => {
    const places: string[] = []
    const parts: string[] = []
    const put = (place: string, value: unknown): void => {
      places.push(place)
      const bytes = value instanceof ArrayBuffer ? new Uint8Array(value) : ArrayBuffer.isView(value) ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength) : undefined
      parts.push(bytes == null ? (typeof value === 'string' ? value : JSON.stringify(value) ?? '') : Array.from(bytes, byte => String.fromCharCode(byte)).join(''))
    }
    const done = async <T> (request: IDBRequest<T>): Promise<T> => new Promise((resolve, reject) => {
      request.onsuccess = () => { resolve(request.result) }
      request.onerror = () => { reject(request.error) }
    })
    for (const { name } of await indexedDB.databases()) {
      const database = await done(indexedDB.open(name as string))
      for (const store of database.objectStoreNames) {
        const objects = database.transaction(store).objectStore(store)
        const [keys, values] = await Promise.all([done(objects.getAllKeys()), done(objects.getAll())])
        keys.forEach((key, i) => {
          put(`${String(name)}/${store}: key`, key)
          put(`${String(name)}/${store}`, values[i])
        })
      }
      database.close()
    }
    for (const [name, storage] of Object.entries({ localStorage, sessionStorage })) {
      Object.keys(storage).forEach(key => { put(`${name}/${key}`, `${key}=${String(storage.getItem(key))}`) })
    }
    for (const name of await caches.keys()) {
      const cache = await caches.open(name)
      for (const request of await cache.keys()) {
        put(`${name}: ${request.url}`, request.url)
        put(`${name}: ${request.url}`, await (await cache.match(request) as Response).arrayBuffer())
      }
    }
    const walk = async (folder: any): Promise<void> => {
      for await (const [name, handle] of folder.entries()) {
        put(`private files: ${String(name)}`, handle.kind === 'file' ? await (await handle.getFile()).arrayBuffer() : name)
        handle.kind === 'directory' && await walk(handle)
      }
    }
    await walk(await navigator.storage.getDirectory())
    document.cookie !== '' && put('cookies', document.cookie)
    return { places: [...new Set(places)], text: parts.join('\n') }
  })
}

function findAmong (text: string, words: Record<string, string>): string[] {
  const content = Buffer.from(text, 'latin1')
  return Object.entries(words).flatMap(([what, word]) => spellings(word).filter(({ bytes }) => content.includes(bytes)).map(({ how }) => `${what} (${how})`))
}

describe('what a browser has on its disk', () => {
  const { browsers, nodes } = onStage()
  let folder: string
  let context: BrowserContext | undefined
  beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'undertone-profile-')) })
  afterEach(async () => {
    await context?.close()
    await rm(folder, { recursive: true, force: true })
  })

  /** Says, writes and makes all that people do; answers with the words that must not be found. */
  async function live (person: Person): Promise<Record<string, string>> {
    const names = ['text', 'own text', 'before the edit', 'after the edit', 'room', 'open room', 'petname', 'file', 'content of a file', 'label', 'list', 'description', 'note', 'blocked word', 'search', 'draft', 'report', 'charter', 'direct', 'half-typed name'] as const
    const words = Object.fromEntries(names.map(name => [name, marker()])) as Record<typeof names[number], string>
    const desktop = nodes.start(['rpc', '--memory', '--profile', 'private', '--listen', '/ip4/127.0.0.1/udp/0/webrtc-direct'])
    const { room, persona: friend } = await desktop.call('room.create', { kind: 'invite', name: words.room })
    const { invite } = await desktop.call('room.invite', { room })
    await desktop.call('room.send', { room, text: `now ${words.text} is said` })
    await person.joinByInvite(invite)
    await person.sees(`now ${words.text} is said`)
    await person.say(words['own text'])
    await hears(desktop, words['own text'])
    const { id } = await person.call('room.send', { room, text: words['before the edit'] })
    await person.call('room.edit', { room, message: id, text: words['after the edit'] })
    await person.call('room.react', { room, message: id, emoji: REACTION })
    await person.call('room.attach', { room, name: `${words.file}.txt`, type: 'text/plain', data: Buffer.from(words['content of a file']).toString('base64url') })
    await person.call('room.invite', { room, label: words.label })
    await person.call('charter.read', { room })
    const { list, address } = await person.call('list.create', { title: words.list, description: words.description })
    await person.call('list.add', { list, subject: { word: words['blocked word'] }, action: 'hide', reason: 'spam', note: words.note })
    await person.call('room.search', { room, text: words.search })
    const { messages } = await person.call('room.messages', { room })
    await person.call('report.send', { room, message: messages.find((each: any) => each.text.includes(words.text)).id, reason: 'spam', note: words.report, to: [list] })
    const direct = await person.call('room.direct', { room, persona: friend })
    await person.call('room.send', { room: direct.room, text: words.direct })
    const founded = await person.call('room.create', { kind: 'open', name: words['open room'] })
    await person.call('charter.propose', { room: founded.room, charter: { purpose: words.charter } })

    // by hand, what people type: browsers remember forms
    const { page } = person
    await page.getByRole('button', { name: 'People', exact: true }).first().click()
    await page.locator('.panel').getByRole('button', { name: 'Call them…' }).first().click()
    await page.locator('.panel input[name=petname]').fill(words.petname)
    await page.locator('.panel input[name=petname]').press('Enter')
    await page.locator('.panel').getByText(words.petname).first().waitFor()
    await page.keyboard.press('Escape')
    await person.composer.fill(`still ${words.draft} unsaid`)
    // a while after the last key the engine has it, too
    for (let kept: string[] = []; !kept.join().includes(words.draft);) {
      const { rooms } = await person.call('room.list')
      kept = await Promise.all(rooms.map(async (each: { room: string }) => (await person.call('room.draft', { room: each.room })).text))
    }
    return { ...words, 'what was bound to the invite': invite.slice(40, 90), address: address.slice(40, 90), persona: friend, 'own persona': (await person.call('room.list')).rooms[0].persona, 'room ID': room, passphrase: PASSPHRASE, reaction: REACTION }
  }

  /** The browser ends, and all that it meant to write is written. */
  async function end (): Promise<void> {
    await context?.close()
    context = undefined
  }

  const isApp = (place: string): boolean => /^undertone-[0-9a-f]{64}: http/.test(place)

  it('is nothing of what was said, typed or made where nothing is kept', async () => {
    context = await browsers.profileIn(folder)
    const person = await browsers.open('', context)
    const words = await live(person)
    const { places, text } = await stored(person)
    expect(places.filter(each => !isApp(each))).to.deep.equal([])
    expect(findAmong(text, words)).to.deep.equal([])
    await end()
    expect(await findIn(folder, words)).to.deep.equal([])
  })

  it('is sealed where a passphrase is kept for it, and gone without a trace when everything is cleared', async () => {
    context = await browsers.profileIn(folder)
    const first = await browsers.open('', context)
    await first.call('page.keep', { passphrase: PASSPHRASE })
    const words = await live(first)
    const { places, text } = await stored(first)
    expect(places.join()).to.include('level-js-undertone-records/')
    expect(text.length).to.be.above(10_000)
    expect(places.filter(each => !isApp(each) && !/^level-js-undertone-(records|vault)\//.test(each))).to.deep.equal([])
    expect(findAmong(text, words)).to.deep.equal([])
    await end()
    expect(await findIn(folder, words)).to.deep.equal([])

    // it was all there: the passphrase brings it back
    context = await browsers.profileIn(folder)
    const second = await browsers.at(first.page.url(), context)
    await second.call('page.keep', { passphrase: PASSPHRASE })
    const { rooms } = await second.call('room.list')
    expect(rooms.map(({ name }: { name: string }) => name)).to.include.members([words.room, words['open room']])
    await second.call('node.wipe', { confirm: true })
    const after = await stored(second)
    expect(after.places).to.deep.equal([])
    expect(await second.page.evaluate(async () => [(await indexedDB.databases()).length, (await caches.keys()).length, (await navigator.serviceWorker.getRegistrations()).length])).to.deep.equal([0, 0, 0])
    await end()
    expect(await findIn(folder, words)).to.deep.equal([])
  })

  it('would be found if it were there', async () => {
    context = await browsers.profileIn(folder)
    const person = await browsers.open('', context)
    const words = { one: marker(), two: marker(), three: marker() }
    await person.page.evaluate(async ({ one, two, three }) => {
      localStorage.setItem('one', btoa(`.${one}`))
      await (await caches.open('two')).put('/two', new Response(two))
      await new Promise<void>(resolve => {
        const request = indexedDB.open('three')
        request.onupgradeneeded = () => { request.result.createObjectStore('three') }
        request.onsuccess = () => {
          const change = request.result.transaction('three', 'readwrite')
          change.objectStore('three').put(new TextEncoder().encode(three), 'three')
          change.oncomplete = () => { resolve() }
        }
      })
    }, words)
    const { text } = await stored(person)
    expect(findAmong(text, words).map(each => each.split(' ')[0])).to.include.members(['one', 'two', 'three'])
    await end()
    expect((await findIn(folder, words)).map(each => each.split(' ')[0])).to.include.members(['one', 'two', 'three'])
  })

  it('is no invite that the address of the page brought, as soon as it is read', async () => {
    context = await browsers.profileIn(folder)
    const desktop = nodes.start(['rpc', '--memory', '--profile', 'private', '--listen', '/ip4/127.0.0.1/udp/0/webrtc-direct'])
    const { room } = await desktop.call('room.create', { kind: 'invite', name: 'by link' })
    const { invite } = await desktop.call('room.invite', { room })
    const secret = invite.replace('undertone:join/', '')
    const person = await browsers.open(`#/join/${secret}`, context)
    expect(await person.page.evaluate(() => location.href)).to.not.include('join')
    // the browser wrote the address down before the page was there: it says so
    await person.page.getByText('A private window keeps nothing').waitFor()
    const other = await browsers.open('', context)
    await other.page.getByText('Paste the whole text').waitFor()
    expect(await other.page.getByText('A private window keeps nothing').count()).to.equal(0)
    await other.close()
    await person.enterInvite()
    await person.page.goto('about:blank')
    await person.page.goBack()
    expect(person.page.url()).to.not.include('join')
    const { text } = await stored(person)
    expect(findAmong(text, { invite: secret.slice(30, 90) })).to.deep.equal([])
  })
})
