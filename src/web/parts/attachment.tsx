import { useEffect, useRef, useState } from 'preact/hooks'
import { bytes } from '../catalogue/format.ts'
import { t } from '../catalogue/index.ts'
import { transfers } from '../conversations.ts'
import { errorWords } from '../error-words.ts'
import { ask, failure } from '../state.ts'
import { decodeBinary } from './base64url.ts'
import { isPicture, saveFile } from './files.ts'
import { Icon } from './icon.js'
import { isBearable, pictureHash } from './picture-hash.ts'
import { safeFile } from './safe-text.ts'
import type { AttachmentInfo } from '../../engine/api.ts'

/** Whether lists hide a picture like this: asked before it is on the screen. */
async function judge (room: string, message: string, picture: Blob): Promise<boolean> {
  const image = await pictureHash(picture)
  const { verdict } = await ask('moderation.image', { room, message, ...(image == null ? {} : { image }) })
  return verdict != null && ['hide', 'mute', 'blur'].includes(verdict.action)
}

/** A file somebody sent: nothing is fetched before a press, and what lists hide as a picture is not shown by it. */
export function Attachment ({ room, file, hidden }: { room: string, file: AttachmentInfo, hidden: boolean }): preact.JSX.Element {
  const [busy, setBusy] = useState(false)
  const cancelled = useRef(false)
  const [picture, setPicture] = useState<string>()
  useEffect(() => () => { picture != null && URL.revokeObjectURL(picture) }, [picture])
  const get = (then: (data: string) => void) => () => {
    setBusy(true)
    cancelled.current = false
    ask('room.fetch', { room, attachment: file.id }).then(({ data }) => { then(data) }, error => {
      if (!cancelled.current) {
        failure.value = errorWords(error)
      }
    }).finally(() => { setBusy(false) })
  }
  const cancel = (): void => {
    cancelled.current = true
    ask('room.cancel', { room, attachment: file.id }).catch(() => {})
  }
  const received = transfers.value.get(file.id) ?? 0
  const show = get(data => {
    const blob = new Blob([decodeBinary(data)], { type: file.type })
    const judged = async (): Promise<void> => {
      if (!await isBearable(blob)) {
        failure.value = t('error.file')
      } else if (!await judge(room, file.id, blob) || hidden) {
        // who pressed through a hidden message wants to see it
        setPicture(URL.createObjectURL(blob))
      }
    }
    judged().catch(() => {})
  })
  return (
    <div class='file'>
      {picture != null && <img src={picture} alt={t('file.picture', { name: safeFile(file.name) })} onError={() => { setPicture(undefined); failure.value = t('error.file') }} />}
      <div class='file-line'>
        <span class='file-mark'><Icon name='file' /></span>
        <span class='file-name'><bdi>{safeFile(file.name)}</bdi><span class='note'>{busy && received > 0 ? `${bytes(received)} / ${bytes(file.size)}` : busy ? t('file.getting') : bytes(file.size)}</span></span>
        {busy && <progress aria-label={t('file.getting')} value={received} max={Math.max(1, file.size)} />}
        {busy && <button class='small' onClick={cancel}>{t('room.cancel')}</button>}
        {!busy && isPicture(file.type) && picture == null && <button class='small' onClick={show}>{t('file.show')}</button>}
        {!busy && <button class='small' onClick={get(data => { saveFile(data, file.name) })}>{t('file.save')}</button>}
      </div>
    </div>
  )
}
