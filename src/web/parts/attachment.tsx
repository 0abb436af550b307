import { useEffect, useState } from 'preact/hooks'
import { bytes } from '../catalogue/format.ts'
import { t } from '../catalogue/index.ts'
import { call } from '../state.ts'
import { decodeBinary } from './base64url.ts'
import { isPicture, saveFile } from './files.ts'
import { Icon } from './icon.js'
import { safeName } from './safe-text.ts'
import type { AttachmentInfo } from '../../engine/api.ts'

/** A file somebody sent: nothing is fetched before a press. */
export function Attachment ({ room, file }: { room: string, file: AttachmentInfo }): preact.JSX.Element {
  const [busy, setBusy] = useState(false)
  const [picture, setPicture] = useState<string>()
  useEffect(() => () => { picture != null && URL.revokeObjectURL(picture) }, [picture])
  const get = (then: (data: string) => void) => () => {
    setBusy(true)
    call('room.fetch', { room, attachment: file.id }).then(({ data }) => { then(data) }).catch(() => {}).finally(() => { setBusy(false) })
  }
  const show = get(data => { setPicture(URL.createObjectURL(new Blob([decodeBinary(data)], { type: file.type }))) })
  return (
    <div class='file'>
      {picture != null && <img src={picture} alt={t('file.picture', { name: safeName(file.name) })} onError={() => { setPicture(undefined) }} />}
      <div class='file-line'>
        <span class='file-mark'><Icon name='file' /></span>
        <span class='file-name'><bdi>{safeName(file.name)}</bdi><span class='note'>{busy ? t('file.getting') : bytes(file.size)}</span></span>
        {isPicture(file.type) && picture == null && <button class='small' disabled={busy} onClick={show}>{t('file.show')}</button>}
        <button class='small' disabled={busy} onClick={get(data => { saveFile(data, file.name) })}>{t('file.save')}</button>
      </div>
    </div>
  )
}
