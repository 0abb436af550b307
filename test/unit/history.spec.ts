import { expect } from 'aegir/chai'
import { ExpiryClock } from '../../src/engine/expiry-clock.ts'
import { historyEnd } from '../../src/engine/history-end.ts'
import { LeftRooms } from '../../src/engine/left-rooms.ts'
import { foldText, searchTerms } from '../../src/engine/search-text.ts'
import { isStanding } from '../../src/room/index.ts'
import { MemoryStore } from '../../src/store/index.ts'
import { encodeSigned } from '../../src/wire/index.ts'
import { Author, Member, NOW, ROOM, meet } from '../support/history-members.ts'

const finds = (query: string, text: string): boolean => searchTerms(query).every(term => foldText(text).includes(term))

describe('search', () => {
  it('finds words in every script, however they are typed', () => {
    for (const [query, text] of [
      ['世界', '你好世界'],
      ['ｱｲｳ', 'アイウエオ'],
      ['محمد', 'قال مُحَمَّد'],
      ['احمد', 'أحمد هنا'],
      ['قهوه', 'فنجان قهوة'],
      ['کتاب', 'كتاب'],
      ['שלום', 'שָׁלוֹם'],
      ['cafe', 'Le CAFÉ'],
      ['strasse', 'Die Straße'],
      ['istanbul', 'İSTANBUL'],
      ['ошибка еще', 'Ещё одна ошибка'],
      ['हिन्दी', 'मैं हिन्दी बोलता हूँ'],
      ['ไทย', 'ภาษาไทยง่าย'],
      ['한국', '한국어'],
      ['late train', 'The train is late'],
      ['"two words"', 'just two words']
    ]) {
      expect(finds(query, text), `${query} in ${text}`).to.equal(true)
    }
  })

  it('does not find what is not there', () => {
    expect(finds('世间', '你好世界')).to.equal(false)
    expect(finds('"words two"', 'just two words')).to.equal(false)
    expect(finds('कि', 'की')).to.equal(false)
  })
})

describe('the end of history', () => {
  it('is told apart: all there is, no longer kept, or from before one joined', async () => {
    const author = new Author(2)
    const words = await author.run(10)
    const all = await Member.create({ seed: 10 })
    await all.core.accept(words.map(encodeSigned))
    expect(historyEnd(all.core)).to.equal('complete')

    const some = await Member.create({ seed: 11 })
    await some.core.accept(words.slice(5).map(encodeSigned))
    expect(historyEnd(some.core)).to.equal('retention')

    const late = await Member.create({ seed: 12, policy: { history: 'join' }, state: { joined: NOW } })
    expect(historyEnd(late.core)).to.equal('complete')
    await late.core.accept([encodeSigned(await author.say({ kind: 'hello', sealingKey: new Uint8Array(), stamp: new Uint8Array(), petname: '', capabilities: 0 }, NOW - 50_000))])
    expect(historyEnd(late.core)).to.equal('join')
    await Promise.all([all, some, late].map(async member => member.close()))
  })
})

describe('a disappearing message', () => {
  it('is gone when its time is over, not at the next round', async () => {
    let now = 0
    const due: number[] = []
    const clock = new ExpiryClock({
      now: () => now,
      due: () => {
        due.push(now)
        return due.length === 1 ? 40 : undefined
      }
    })
    clock.note(1_000_000)
    clock.note(20)
    clock.note(500)
    const waited = async (count: number): Promise<void> => {
      while (due.length < count) {
        await new Promise(resolve => setTimeout(resolve, 1))
      }
    }
    now = 20
    await waited(1)
    now = 40
    await waited(2)
    expect(due).to.deep.equal([20, 40])
    clock.stop()
  })
})

describe('a room that was left', () => {
  const RECORD = { id: 'a', time: NOW, expires: NOW + 20, bytes: new Uint8Array(3) }

  it('is gone with the last that was kept of it, while the program runs, and is nothing but itself when joined again', async () => {
    let now = NOW
    const store = new MemoryStore({ now: () => now })
    const left = new LeftRooms({ store, now: () => now, log: () => {}, clock: init => new ExpiryClock(init), isStanding })
    await (await store.room(ROOM)).put([RECORD])
    await left.add(ROOM)
    expect(await store.rooms()).to.deep.equal([ROOM])
    now += 20
    while ((await store.rooms()).length > 0) {
      await new Promise(resolve => setTimeout(resolve, 1))
    }
    await (await store.room(ROOM)).put([{ ...RECORD, expires: now + 20 }])
    await left.add(ROOM)
    await left.remove(ROOM)
    now += 20
    await new Promise(resolve => setTimeout(resolve, 40))
    expect(await store.rooms()).to.deep.equal([ROOM])
    left.stop()
  })
})

describe('what is written while alone', () => {
  it('is in the store when it is said to be said, and is not said when the store takes nothing', async () => {
    const ana = await Member.create({ seed: 10 })
    const { id } = await ana.say('certain')
    expect(await ana.store.get(id)).to.not.equal(undefined)
    const put = ana.store.put.bind(ana.store)
    ana.store.put = async () => { throw Object.assign(new Error('full'), { name: 'DiskFullError' }) }
    await expect(ana.say('lost')).to.eventually.be.rejected.with.property('name', 'DiskFullError')
    expect(ana.ids).to.deep.equal([id])
    ana.store.put = put
    const next = await ana.say('after it')
    expect([next.sequence, next.previous]).to.deep.equal([1, id])
    await ana.close()
  })

  it('is marked until another member has it, also after a restart, and travels on without its author', async () => {
    const [ana, ben, cho] = await Promise.all([10, 11, 12].map(async seed => Member.create({ seed })))
    const { id } = await ana.say('is anybody there')
    expect(ana.core.voice.delivery(id)).to.equal('sending')
    await ana.restart()
    expect(ana.core.voice.delivery(id)).to.equal('sending')
    expect(ana.core.voice.unheard).to.equal(true)
    await meet(ana, ben)
    ana.core.voice.heardUpTo(0)
    expect(ana.core.voice.delivery(id)).to.equal('heard')
    await ana.restart()
    expect(ana.core.voice.delivery(id)).to.not.equal('sending')
    await meet(ben, cho)
    await meet(cho, ben)
    expect(cho.ids).to.deep.equal([id])
    await Promise.all([ana, ben, cho].map(async member => member.close()))
  })
})
