import { useEffect, useState } from 'preact/hooks'
import { momentName, span } from '../catalogue/format.ts'
import { t } from '../catalogue/index.ts'
import { Qr } from '../parts/qr.js'
import { announce, call, current } from '../state.ts'

interface Made { invite: string, link: string, code: string, expires: number | null }

const LIVES = [3_600_000, 86_400_000, 604_800_000, 2_592_000_000]
const USUAL = 604_800_000
/** What links lead to when nobody has named an app: nowhere. */
const NO_APP = 'https://undertone.example/'

export function Invite (): preact.JSX.Element {
  const [once, setOnce] = useState(false)
  const [local, setLocal] = useState(false)
  const [life, setLife] = useState(USUAL)
  const [label, setLabel] = useState('')
  const [made, setMade] = useState<Made>()
  const [copied, setCopied] = useState<'invite' | 'link'>()
  const make = (): void => {
    setMade(undefined)
    setCopied(undefined)
    call('room.invite', { room: current.value, expires: Date.now() + life, ...(once ? { uses: 1 } : {}), ...(local ? { local } : {}), ...(label === '' ? {} : { label }) }).then(setMade, () => {})
  }
  useEffect(make, [once, local, life, current.value])
  const copy = (what: 'invite' | 'link') => () => {
    navigator.clipboard.writeText(made?.[what] ?? '').then(() => {
      setCopied(what)
      announce(t('invite.copied'))
    }, () => {})
  }
  return (
    <div class='stack'>
      <p class='note'>{t('invite.warning')}</p>
      {made == null
        ? <p class='qr note' aria-busy='true'>{t('room.loading')}</p>
        : <Qr text={made.code} label={t('invite.qr')} />}
      {made != null && (
        <>
          <div class='row'>
            <button class='primary' onClick={copy('invite')}>{t(copied === 'invite' ? 'invite.copied' : 'invite.copy')}</button>
            {!made.link.startsWith(NO_APP) && <button onClick={copy('link')}>{t(copied === 'link' ? 'invite.copied' : 'invite.copy.link')}</button>}
          </div>
          <textarea class='code' readOnly rows={4} value={made.invite} aria-label={t('start.invite.label')} dir='ltr' onFocus={event => { event.currentTarget.select() }} />
          {made.expires != null && <p class='note'>{t('invite.expires', { time: momentName(made.expires) })}</p>}
        </>
      )}
      <label class='check'><input type='checkbox' checked={once} onChange={event => { setOnce(event.currentTarget.checked) }} /> {t('invite.once')}</label>
      <label class='check'><input type='checkbox' checked={local} onChange={event => { setLocal(event.currentTarget.checked) }} /> {t('invite.local')}</label>
      <label>{t('invite.life')}
        <select value={life} onChange={event => { setLife(Number(event.currentTarget.value)) }}>{LIVES.map(ms => <option key={ms} value={ms}>{span(ms)}</option>)}</select>
      </label>
      <form class='line' onSubmit={event => { event.preventDefault(); make() }}>
        <label class='grow'>{t('invite.label')}<input value={label} maxLength={64} dir='auto' onInput={event => { setLabel(event.currentTarget.value) }} /></label>
        <button>{t('invite.make')}</button>
      </form>
    </div>
  )
}
