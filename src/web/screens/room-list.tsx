import { number } from '../catalogue/format.ts'
import { t } from '../catalogue/index.ts'
import { openRoom } from '../conversations.ts'
import { panel, togglePanel } from '../panels.ts'
import { Icon } from '../parts/icon.js'
import { safeName } from '../parts/safe-text.ts'
import { current, leaveView, roomKind, talks } from '../state.ts'

const MAX_BADGE = 99

export function RoomList (): preact.JSX.Element {
  return (
    <nav class='rooms' aria-label={t('rooms.title')}>
      <header>
        <p class='wordmark'>{t('app.name')}</p>
        <button class='quiet' aria-label={t('rooms.lists')} title={t('rooms.lists')} aria-pressed={panel.value?.name === 'lists'} onClick={() => { togglePanel('lists') }}><Icon name='list' /></button>
        <button class='quiet' aria-label={t('settings.title')} title={t('settings.title')} aria-pressed={panel.value?.name === 'settings'} onClick={() => { togglePanel('settings') }}><Icon name='settings' /></button>
      </header>
      <ul>
        {talks.value.map(room => (
          <li key={room.room}>
            <button class='room-entry' aria-current={room.room === current.value ? 'page' : undefined} onClick={() => { openRoom(room.room).catch(() => {}) }}>
              <span class='room-mark'><Icon name={room.kind === 'open' ? 'open' : room.kind === 'direct' ? 'people' : 'lock'} size={18} /></span>
              <span class='room-name'><bdi>{safeName(room.name)}</bdi></span>
              <span class='room-kind'>{roomKind(room.kind)} · {room.connected === 0 ? t('room.alone') : t('room.here', { count: room.connected + 1 })}</span>
              {room.unread > 0 && <span class='badge' role='img' aria-label={t('rooms.unread', { count: room.unread })}>{room.unread > MAX_BADGE ? `${number(MAX_BADGE)}+` : number(room.unread)}</span>}
            </button>
          </li>
        ))}
      </ul>
      <button class='new-room' onClick={leaveView}><Icon name='invite' size={18} /> {t('rooms.new')}</button>
    </nav>
  )
}
