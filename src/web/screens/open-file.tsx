import { useEffect, useRef, useState } from 'preact/hooks'
import { t } from '../catalogue/index.ts'
import { openRoom } from '../conversations.ts'
import { errorWords } from '../error-words.ts'
import { encodeBinary } from '../parts/base64url.ts'
import { safeFile } from '../parts/safe-text.ts'
import { ask, failure, refreshRooms } from '../state.ts'

/** Opens a room from a file; one that is locked asks for the passphrase it was saved with. */
export function OpenFile ({ file, onDone }: { file: File, onDone (): void }): preact.JSX.Element | null {
  const [locked, setLocked] = useState(false)
  const field = useRef<HTMLInputElement>(null)
  const open = async (passphrase?: string): Promise<void> => {
    failure.value = undefined
    try {
      const data = encodeBinary(new Uint8Array(await file.arrayBuffer()))
      const { room } = await ask('room.import', { data, ...(passphrase == null ? {} : { passphrase }) })
      await refreshRooms()
      onDone()
      await openRoom(room)
    } catch (error: any) {
      const wrong = error?.name === 'WrongPassphraseError'
      // that it is locked is no failure: nobody was asked yet
      if (!wrong || passphrase != null) {
        failure.value = errorWords(error)
      }
      wrong ? setLocked(true) : onDone()
    }
  }
  useEffect(() => {
    setLocked(false)
    open().catch(() => {})
  }, [file])
  useEffect(() => { field.current?.focus() }, [locked])
  const unlock = (event: SubmitEvent): void => {
    event.preventDefault()
    open(field.current?.value ?? '').catch(() => {})
  }
  return locked
    ? (
      <form class='card locked-file' onSubmit={unlock}>
        <h2><bdi>{safeFile(file.name)}</bdi></h2>
        <label>{t('settings.keep.passphrase')}<input ref={field} type='password' required autocomplete='off' /></label>
        <p class='row'><button class='primary'>{t('unlock.action')}</button><button type='button' onClick={onDone}>{t('room.cancel')}</button></p>
      </form>
      )
    : null
}
