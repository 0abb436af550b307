import { useEffect, useRef, useState } from 'preact/hooks'
import { t } from './catalogue/index.ts'
import { Icon } from './parts/icon.js'
import { Connection } from './screens/connection.js'
import { Conversation } from './screens/conversation.js'
import { Invite } from './screens/invite.js'
import { People } from './screens/people.js'
import { RoomList } from './screens/room-list.js'
import { Settings } from './screens/settings.js'
import { Start } from './screens/start.js'
import { announcement, connected, current, failure, panel, room, rooms } from './state.ts'
import type { Key } from './catalogue/index.ts'

const TITLES: Record<string, Key> = { people: 'people.title', invite: 'invite.title', connection: 'privacy.title', settings: 'settings.title' }

export function App ({ invite }: { invite?: string }): preact.JSX.Element {
  const [wiped, setWiped] = useState(false)
  if (wiped) {
    return <main class='wiped'><h1>{t('wiped.title')}</h1><p>{t('wiped.text')}</p></main>
  }
  const inside = rooms.value.length > 0
  return (
    <div class={`app${inside ? ' inside' : ''}${current.value == null ? ' choosing' : ''}${panel.value == null ? '' : ' with-panel'}`}>
      {inside && <RoomList />}
      {room.value == null ? <Start invite={invite} /> : <Conversation />}
      {panel.value != null && (room.value != null || panel.value === 'settings') && <SidePanel onWiped={() => { setWiped(true) }} />}
      {!inside && panel.value == null && <button class='quiet settings-corner' aria-label={t('settings.title')} onClick={() => { panel.value = 'settings' }}><Icon name='settings' /></button>}
      {!connected.value && <div class='banner' role='status'>{t('lost.title')}. {t('lost.text')}</div>}
      {failure.value != null && <Failure text={failure.value} />}
      <div class='visually-hidden' role='status' aria-live='polite'>{announcement.value}</div>
    </div>
  )
}

function SidePanel ({ onWiped }: { onWiped (): void }): preact.JSX.Element {
  const element = useRef<HTMLElement>(null)
  const name = panel.value as string
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null
    element.current?.focus()
    return () => { before?.focus() }
  }, [name])
  return (
    <aside class='panel' ref={element} tabIndex={-1} aria-label={t(TITLES[name])} onKeyDown={event => { event.key === 'Escape' && (panel.value = undefined) }}>
      <header>
        <h2>{t(TITLES[name])}</h2>
        <button class='quiet' aria-label={t('close')} onClick={() => { panel.value = undefined }}><Icon name='close' /></button>
      </header>
      {name === 'people' && <People />}
      {name === 'invite' && <Invite />}
      {name === 'connection' && <Connection />}
      {name === 'settings' && <Settings onWiped={onWiped} />}
    </aside>
  )
}

function Failure ({ text }: { text: string }): preact.JSX.Element {
  return (
    <div class='failure' role='alert'>
      <p><strong>{t('error.title')}.</strong> <bdi>{text}</bdi></p>
      <button class='quiet' aria-label={t('close')} onClick={() => { failure.value = undefined }}><Icon name='close' /></button>
    </div>
  )
}
