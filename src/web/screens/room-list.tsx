import { t } from '../catalogue/index.ts'
import { Icon } from '../parts/icon.js'
import { safeName } from '../parts/safe-text.ts'
import { current, openRoom, panel, roomKind, rooms } from '../state.ts'

export function RoomList (): preact.JSX.Element {
  return (
    <nav class='rooms' aria-label={t('rooms.title')}>
      <header>
        <h1>{t('app.name')}</h1>
        <button class='quiet' aria-label={t('settings.title')} title={t('settings.title')} onClick={() => { panel.value = panel.value === 'settings' ? undefined : 'settings' }}><Icon name='settings' /></button>
      </header>
      <ul>
        {rooms.value.map(room => (
          <li key={room.room}>
            <button class='room-entry' aria-current={room.room === current.value ? 'page' : undefined} onClick={() => { openRoom(room.room).catch(() => {}) }}>
              <span class='room-name'><bdi>{safeName(room.name)}</bdi></span>
              <span class='room-kind'>{roomKind(room.kind)} · {t('room.here', { count: room.connected + 1 })}</span>
              {room.unread > 0 && <span class='badge' aria-label={t('rooms.unread', { count: room.unread })}>{room.unread > 99 ? '99+' : room.unread}</span>}
            </button>
          </li>
        ))}
      </ul>
      <button class='new-room' onClick={() => { current.value = undefined }}><Icon name='invite' /> {t('rooms.new')}</button>
    </nav>
  )
}
