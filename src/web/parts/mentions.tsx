import { t } from '../catalogue/index.ts'
import { call, refreshRooms } from '../state.ts'
import { Pick } from './choices.js'
import type { RoomInfo } from '../../engine/api.ts'

const RULES = ['everyone', 'members', 'nobody'] as const

/** Whose calls by name reach the reader in this room. */
export function Mentions ({ info }: { info: RoomInfo }): preact.JSX.Element {
  const choose = (mentions: RoomInfo['mentions']): void => { call('room.configure', { room: info.room, mentions }).then(refreshRooms).catch(() => {}) }
  return (
    <>
      <Pick label={t('about.mentions')} value={info.mentions} values={RULES} word={each => t(`about.mentions.${each}`)} onChoose={choose} />
      <p class='note'>{t('about.mentions.hint')}</p>
    </>
  )
}
