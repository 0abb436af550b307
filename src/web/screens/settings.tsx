import { useState } from 'preact/hooks'
import { VERSION } from '../../version.ts'
import { textSize, theme } from '../appearance.ts'
import { LANGUAGES, chooseLanguage, language, t } from '../catalogue/index.ts'
import { backend, call } from '../state.ts'
import type { Theme } from '../appearance.ts'

export function Settings ({ onWiped }: { onWiped (): void }): preact.JSX.Element {
  const [sure, setSure] = useState(false)
  const wipe = (): void => {
    if (!sure) {
      setSure(true)
      return
    }
    call('node.wipe', { confirm: true }).catch(() => {}).finally(() => {
      sessionStorage.clear()
      localStorage.clear()
      backend.value?.close().catch(() => {})
      onWiped()
    })
  }
  return (
    <div class='settings'>
      <label>{t('settings.theme')}
        <select value={theme.value} onChange={event => { theme.value = event.currentTarget.value as Theme }}>
          <option value='system'>{t('settings.theme.system')}</option>
          <option value='light'>{t('settings.theme.light')}</option>
          <option value='dark'>{t('settings.theme.dark')}</option>
        </select>
      </label>
      <label>{t('settings.text')}
        <input type='range' min={85} max={140} step={5} value={textSize.value} onInput={event => { textSize.value = Number(event.currentTarget.value) }} />
      </label>
      <label>{t('settings.language')}
        <select value={language.value.code} onChange={event => { chooseLanguage(event.currentTarget.value).catch(() => {}) }}>
          {LANGUAGES.map(({ code, name }) => <option value={code} lang={code}>{name}</option>)}
        </select>
      </label>
      <section class='danger-zone'>
        <p>{t('settings.wipe.hint')}</p>
        <button class='danger' onClick={wipe}>{t(sure ? 'settings.wipe.confirm' : 'settings.wipe')}</button>
      </section>
      <p class='note'>{t('settings.version', { version: VERSION })}</p>
    </div>
  )
}
