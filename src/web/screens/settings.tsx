import { VERSION } from '../../version.ts'
import { notify, sound, textSize, theme } from '../appearance.ts'
import { percent } from '../catalogue/format.ts'
import { LANGUAGES, chooseLanguage, language, t } from '../catalogue/index.ts'
import { mayNotify } from '../notice.ts'
import { pushPanel } from '../panels.ts'
import { Icon } from '../parts/icon.js'
import { SureButton } from '../parts/sure-button.js'
import { backend, call, failure } from '../state.ts'
import { Keeping } from './keeping.js'
import { PageNetworkForm } from './page-network.js'
import type { Notify, Theme } from '../appearance.ts'
import type { Key } from '../catalogue/index.ts'

/** SHA-256 of the single file this page was built as, hex; the build prints it. */
const BUILD = document.querySelector<HTMLMetaElement>('meta[name=undertone-build]')?.content ?? ''

const KEYS: Array<[string, Key]> = [['Ctrl K', 'key.search'], ['Alt ↑ ↓', 'key.rooms'], ['↑ ↓', 'key.messages'], ['Enter', 'key.actions'], ['Esc', 'key.close']]

export function Settings ({ onWiped }: { onWiped (): void }): preact.JSX.Element {
  const wipe = (): void => {
    call('node.wipe', { confirm: true }).catch(() => {}).finally(() => {
      sessionStorage.clear()
      localStorage.clear()
      backend.value?.close().catch(() => {})
      onWiped()
    })
  }
  const choose = async (wanted: Notify): Promise<void> => {
    if (wanted !== 'off' && !await mayNotify()) {
      failure.value = t('settings.notify.denied')
      notify.value = 'off'
      return
    }
    notify.value = wanted
  }
  return (
    <div class='stack'>
      <label>{t('settings.theme')}
        <select value={theme.value} onChange={event => { theme.value = event.currentTarget.value as Theme }}>
          <option value='system'>{t('settings.theme.system')}</option>
          <option value='light'>{t('settings.theme.light')}</option>
          <option value='dark'>{t('settings.theme.dark')}</option>
        </select>
      </label>
      <label>{t('settings.text')} <span class='value'>{percent(textSize.value / 100)}</span>
        <input type='range' min={85} max={150} step={5} value={textSize.value} onInput={event => { textSize.value = Number(event.currentTarget.value) }} />
      </label>
      <label>{t('settings.language')}
        <select value={language.value.code} onChange={event => { chooseLanguage(event.currentTarget.value).catch(() => {}) }}>
          {LANGUAGES.map(({ code, name }) => <option key={code} value={code} lang={code}>{name}</option>)}
        </select>
      </label>
      <label>{t('settings.notify')}
        <select value={notify.value} onChange={event => { choose(event.currentTarget.value as Notify).catch(() => {}) }}>
          <option value='off'>{t('settings.notify.off')}</option>
          <option value='quiet'>{t('settings.notify.quiet')}</option>
          <option value='full'>{t('settings.notify.full')}</option>
        </select>
      </label>
      <label class='check'><input type='checkbox' checked={sound.value} onChange={event => { sound.value = event.currentTarget.checked }} /> {t('settings.sound')}</label>
      <p class='row'>
        <button onClick={() => { pushPanel('lists') }}><Icon name='list' size={18} /> {t('lists.title')}</button>
        <button onClick={() => { pushPanel('resources') }}><Icon name='help' size={18} /> {t('resources.title')}</button>
      </p>
      <Keeping />
      <PageNetworkForm />
      <details>
        <summary>{t('key.title')}</summary>
        <dl class='keys'>{KEYS.map(([keys, key]) => <div key={key}><dt><kbd dir='ltr'>{keys}</kbd></dt><dd>{t(key)}</dd></div>)}</dl>
      </details>
      <section class='danger-zone'>
        <p>{t('settings.wipe.hint')}</p>
        <SureButton label={t('settings.wipe')} sure={t('settings.wipe.confirm')} onSure={wipe} />
      </section>
      <p class='note'>{t('settings.runs')}: {t(backend.value?.where === 'desktop' ? 'settings.runs.desktop' : 'settings.runs.page')}<br />{t('settings.version', { version: VERSION })}{BUILD !== '' && <><br /><code class='build' dir='ltr'>{BUILD}</code></>}</p>
    </div>
  )
}
