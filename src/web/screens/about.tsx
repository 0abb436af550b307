import { useState } from 'preact/hooks'
import { span } from '../catalogue/format.ts'
import { t } from '../catalogue/index.ts'
import { openRoom } from '../conversations.ts'
import { pageState } from '../page-state.ts'
import { pushPanel } from '../panels.ts'
import { saveFile } from '../parts/files.ts'
import { Icon } from '../parts/icon.js'
import { Identicon } from '../parts/identicon.js'
import { Mentions } from '../parts/mentions.js'
import { safeName } from '../parts/safe-text.ts'
import { SureButton } from '../parts/sure-button.js'
import { call, current, members, refreshMembers, refreshRooms, room, tell } from '../state.ts'
import type { RoomInfo } from '../../engine/api.ts'

/** Files that a page saves along with a room, bytes: they are in memory twice while it does. */
const PAGE_FILE_BYTES = 32 * 1024 * 1024

/** A room's ways in words, and everything one can do with the room as a whole. */
export function About (): preact.JSX.Element | null {
  const info = room.value
  if (info == null) {
    return null
  }
  return (
    <div class='stack'>
      <section>
        <h3>{t('about.policy')}</h3>
        <ul class='words'>{policyWords(info).map(each => <li>{each}</li>)}</ul>
        <p class='row'>
          <button class='phone-only' onClick={() => { pushPanel('search') }}><Icon name='search' size={18} /> {t('room.search')}</button>
          <button class='phone-only' onClick={() => { pushPanel('connection') }}><Icon name='shield' size={18} /> {t('privacy.title')}</button>
          <button onClick={() => { pushPanel('charter') }}><Icon name='list' size={18} /> {t('charter.title')}</button>
          <button onClick={() => { pushPanel('standing') }}><Icon name='flag' size={18} /> {t('standing.title')}</button>
        </p>
      </section>
      <Self info={info} />
      {founded(info) && <Move />}
      <Save info={info} />
      <section class='danger-zone'>
        <p class='note'>{t('about.forget.hint')}</p>
        <p class='row'>
          <SureButton label={t('about.leave')} onSure={() => { call('room.leave', { room: current.value }).catch(() => {}) }} />
          <SureButton label={t('about.forget')} onSure={() => { call('room.leave', { room: current.value, forget: true }).catch(() => {}) }} />
        </p>
      </section>
    </div>
  )
}

export function policyWords ({ kind, policy }: RoomInfo): string[] {
  const { retention, epoch, history, writers, slowMode, stampBits } = policy
  return [
    t(`about.kind.${kind}`),
    retention < 0 ? t('about.retention.forever') : retention === 0 ? t('about.retention.none') : t('about.retention', { span: span(retention) }),
    t(history === 'all' ? 'about.history.all' : kind === 'open' ? 'about.history.join.open' : 'about.history.join'),
    writers === 'all' ? t('about.writers.all') : writers === 'founder' ? t('about.writers.founder') : t('about.writers.some', { count: writers.length }),
    ...(slowMode > 0 ? [t('about.slow', { span: span(slowMode) })] : []),
    ...(stampBits > 0 ? [t('about.stamp')] : []),
    t('about.epoch', { span: span(epoch) })
  ]
}

/** What its founder alone can do is theirs as long as their persona is. */
function founded ({ founder, persona, kind }: RoomInfo): boolean { return founder === persona && kind !== 'direct' }

function Self ({ info }: { info: RoomInfo }): preact.JSX.Element {
  const burn = (): void => {
    call('room.burn', { room: current.value }).then(async () => {
      tell(t('about.burn.done'))
      await Promise.all([refreshRooms(), refreshMembers()])
    }).catch(() => {})
  }
  return (
    <section>
      <h3>{t('about.self')}</h3>
      <p class='line'><Identicon persona={info.persona} size={44} /><code class='persona' dir='ltr'>{info.persona}</code></p>
      <p class='note'>{t('about.burn.hint')}</p>
      {founded(info) && <p class='warning'>{t('about.burn.founder')}</p>}
      <SureButton label={t('about.burn')} onSure={burn} />
      <Mentions info={info} />
    </section>
  )
}

function Move (): preact.JSX.Element {
  const [without, setWithout] = useState<string[]>([])
  const others = members.value.filter(each => !each.self)
  const move = (): void => {
    call('room.move', { room: current.value, without }).then(async (to: RoomInfo) => {
      await refreshRooms()
      await openRoom(to.room)
    }).catch(() => {})
  }
  return (
    <details>
      <summary>{t('about.move')}</summary>
      <p class='note'>{t('about.move.hint')}</p>
      {others.map(({ persona, petname }) => (
        <label key={persona} class='check'>
          <input type='checkbox' checked={without.includes(persona)} onChange={event => { setWithout(event.currentTarget.checked ? [...without, persona] : without.filter(each => each !== persona)) }} />
          <Identicon persona={persona} size={24} /> <bdi>{safeName(petname)}</bdi>
        </label>
      ))}
      <SureButton label={t('about.move.action', { count: without.length })} onSure={move} />
    </details>
  )
}

function Save ({ info }: { info: RoomInfo }): preact.JSX.Element {
  const save = (event: SubmitEvent): void => {
    event.preventDefault()
    const form = new FormData(event.currentTarget as HTMLFormElement)
    const passphrase = String(form.get('passphrase') ?? '')
    // a page that is its own node has no line that a large file would not fit
    const files = form.get('files') == null ? { files: 0 } : pageState.value == null ? {} : { files: PAGE_FILE_BYTES }
    call('room.export', { room: current.value, ...files, ...(passphrase === '' ? {} : { passphrase }) }).then(({ data, messages, filesLeft }) => {
      saveFile(data, `${info.name}.undertone`)
      tell(`${t('about.export.done', { count: messages })}${filesLeft > 0 && files.files !== 0 ? ` ${t('about.export.left', { count: filesLeft })}` : ''}`)
    }).catch(() => {})
  }
  return (
    <details>
      <summary>{t('about.export')}</summary>
      <form class='stack' onSubmit={save}>
        <p class='note'>{t('about.export.hint')}</p>
        <label>{t('about.export.passphrase')}<input name='passphrase' type='password' autocomplete='new-password' /></label>
        <label class='check'><input name='files' type='checkbox' defaultChecked />{t('about.export.files')}</label>
        <button class='primary'>{t('save')}</button>
      </form>
    </details>
  )
}
