import { expect } from 'aegir/chai'
import { REASONS } from '../../src/moderation/reasons.ts'
import { en } from '../../src/web/catalogue/en/index.ts'
import { LANGUAGES, fill, language, preferredLanguage, showIn } from '../../src/web/catalogue/index.ts'
import { errorWords } from '../../src/web/error-words.ts'
import type { Text } from '../../src/web/catalogue/index.ts'

const forms = (text: Text): string[] => typeof text === 'string' ? [text] : Object.values(text)
const placeholders = (text: string): string[] => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort()

async function inLanguage (code: string, act: () => void): Promise<void> {
  const before = language.value.code
  await showIn(code)
  try {
    act()
  } finally {
    await showIn(before)
  }
}

describe('the catalogue of texts', () => {
  it('is there in English, Spanish, French, Russian, Arabic, Persian and Chinese, the right way round', () => {
    expect(LANGUAGES.map(({ code }) => code)).to.deep.equal(['en', 'es', 'fr', 'ru', 'ar', 'fa', 'zh'])
    expect(LANGUAGES.filter(({ dir }) => dir === 'rtl').map(({ code }) => code)).to.deep.equal(['ar', 'fa'])
  })

  for (const { code, name, load } of LANGUAGES) {
    it(`says everything in ${name}, with the same blanks as in English and every plural form of the language`, async () => {
      const texts = await load()
      expect(Object.keys(texts).sort()).to.deep.equal(Object.keys(en).sort())
      const plural = new Intl.PluralRules(code).resolvedOptions().pluralCategories
      for (const [key, english] of Object.entries(en) as Array<[keyof typeof en, Text]>) {
        const text = texts[key]
        expect(typeof text, key).to.equal(typeof english)
        const wanted = placeholders(forms(english).join(' '))
        if (typeof text === 'string') {
          expect(placeholders(text), key).to.deep.equal(wanted)
          expect(text.trim(), key).to.not.equal('')
        } else {
          expect(Object.keys(text).sort(), key).to.deep.equal([...plural].sort())
          for (const [form, words] of Object.entries(text)) {
            // "one", "two" and "none" may be words instead of a number
            const needed = ['zero', 'one', 'two'].includes(form) ? wanted.filter(each => each !== '{count}') : wanted
            expect(placeholders(words).filter(each => each !== '{count}' || needed.includes(each)), `${key} ${form}`).to.deep.equal(needed)
          }
        }
      }
    })
  }

  it('has a word for every reason of the published vocabulary, another one for each', async () => {
    for (const { load, code } of LANGUAGES) {
      const texts = await load()
      const words = REASONS.map(reason => texts[`reason.${reason}` as keyof typeof en])
      expect(new Set(words).size, code).to.equal(REASONS.length)
    }
  })

  it('counts as the language does: six forms in Arabic, four in Russian', async () => {
    const count = async (code: string, numbers: number[]): Promise<string[]> => {
      const texts = await LANGUAGES.find(each => each.code === code)?.load()
      return numbers.map(count => fill(texts?.['room.new'] as Text, { count }, new Intl.PluralRules(code), String))
    }
    expect(await count('ru', [1, 3, 5, 21])).to.deep.equal(['1 новое сообщение', '3 новых сообщения', '5 новых сообщений', '21 новое сообщение'])
    expect(new Set(await count('ar', [0, 1, 2])).size).to.equal(3)
    expect((await count('ar', [3, 11, 100])).map(each => each.replace(/\d+/, '#'))).to.deep.equal(['# رسائل جديدة', '# رسالة جديدة', '# رسالة جديدة'])
    expect(new Set(Object.keys((await LANGUAGES[4].load())['room.here'] as object)).size).to.equal(6)
  })

  it('keeps a name of the other direction apart from the sentence around it, and fills each blank once', () => {
    const say = (name: string): string => fill('Replying to {name}', { name }, new Intl.PluralRules('en'), String)
    expect(say('آیدا')).to.equal('Replying to \u2068آیدا\u2069')
    expect(say('{name}{count}')).to.equal('Replying to \u2068{name}{count}\u2069')
  })

  it('says what went wrong in the language of the person, and in English as exactly as the engine does', async () => {
    const refused = Object.assign(new Error('This invite was cut off. Paste all of it.'), { name: 'InvalidInviteError' })
    expect(errorWords(refused)).to.equal(refused.message)
    await inLanguage('zh', () => {
      expect(errorWords(refused)).to.equal('邀请不完整。请粘贴全部内容，或索取新的邀请。')
      expect(errorWords(new Error('something new'))).to.equal('something new')
    })
  })

  it('takes the first language of the person that there is', () => {
    expect(preferredLanguage(['de-AT', 'fa-IR', 'en'])).to.equal('fa')
    expect(preferredLanguage(['de'])).to.equal('en')
  })
})
