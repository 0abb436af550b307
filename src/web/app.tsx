import { useEffect, useState } from 'preact/hooks'
import { t } from './catalogue/index.ts'
import { isGlobal, panel, showPanel } from './panels.ts'
import { Icon } from './parts/icon.js'
import { lazy } from './parts/lazy.js'
import { Conversation } from './screens/conversation.js'
import { RoomList } from './screens/room-list.js'
import { Start } from './screens/start.js'
import { onShortcut } from './shortcuts.ts'
import { announcement, connected, current, failure, notice, room, rooms, talks } from './state.ts'
import type { PanelView } from './panels.ts'

const SidePanel = lazy<{ view: PanelView, onWiped (): void }>(async () => (await import('./parts/side-panel.js')).SidePanel)

export function App ({ invite }: { invite?: string }): preact.JSX.Element {
  const [wiped, setWiped] = useState(false)
  useEffect(() => {
    document.addEventListener('keydown', onShortcut)
    for (const type of ['dragover', 'drop'] as const) {
      document.addEventListener(type, keepPage)
    }
    return () => { document.removeEventListener('keydown', onShortcut) }
  }, [])
  const unread = talks.value.reduce((sum, each) => sum + each.unread, 0)
  useEffect(() => { document.title = unread > 0 ? `(${unread}) ${t('app.name')}` : t('app.name') }, [unread])
  if (wiped) {
    return <main class='wiped'><h1>{t('wiped.title')}</h1><p>{t('wiped.text')}</p></main>
  }
  const inside = rooms.value.length > 0
  const beside = panel.value != null && (room.value != null || isGlobal(panel.value)) ? panel.value : undefined
  return (
    <div class={`app${inside ? ' inside' : ''}${current.value == null ? ' choosing' : ''}${beside == null ? '' : ' with-panel'}`}>
      {room.value != null && <button class='skip' onClick={() => { document.querySelector<HTMLElement>('.composer textarea')?.focus() }}>{t('room.write')}</button>}
      {inside && <RoomList />}
      {room.value == null ? <Start invite={invite} /> : <Conversation />}
      {beside != null && <SidePanel view={beside} onWiped={() => { setWiped(true) }} />}
      {!inside && beside == null && <button class='quiet settings-corner' aria-label={t('settings.title')} title={t('settings.title')} onClick={() => { showPanel('settings') }}><Icon name='settings' /></button>}
      <div class='edge'>
        {!connected.value && <div class='banner' role='status'>{t('lost.title')}. {t('lost.text')}</div>}
        {failure.value != null && <Failure text={failure.value} />}
        {notice.value != null && <NoticeBar />}
      </div>
      <Announced />
    </div>
  )
}

/** A file that is dropped beside what takes files would be opened in place of the page, and end its session. */
function keepPage (event: DragEvent): void {
  if (event.dataTransfer?.types.includes('Files') === true) {
    event.preventDefault()
  }
}

/** A part of its own: nothing else is drawn again when something is said. */
function Announced (): preact.JSX.Element {
  return <div class='visually-hidden' role='status' aria-live='polite'>{announcement.value}</div>
}

function NoticeBar (): preact.JSX.Element | null {
  if (notice.value == null) {
    return null
  }
  const { text, action } = notice.value
  const close = (): void => { notice.value = undefined }
  return (
    <div class='notice' role='status' aria-live='off'>
      <p>{text}</p>
      {action != null && <button class='link' onClick={() => { close(); action.run() }}>{action.label}</button>}
      <button class='quiet' aria-label={t('close')} onClick={close}><Icon name='close' size={18} /></button>
    </div>
  )
}

function Failure ({ text }: { text: string }): preact.JSX.Element {
  return (
    <div class='notice failure' role='alert'>
      <p><strong>{t('error.title')}.</strong> <bdi>{text}</bdi></p>
      <button class='quiet' aria-label={t('close')} onClick={() => { failure.value = undefined }}><Icon name='close' size={18} /></button>
    </div>
  )
}
