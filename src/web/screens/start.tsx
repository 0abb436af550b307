import { useRef, useState } from 'preact/hooks'
import { span } from '../catalogue/format.ts'
import { t } from '../catalogue/index.ts'
import { enter } from '../conversations.ts'
import { pageState } from '../page-state.ts'
import { Icon } from '../parts/icon.js'
import { lazy } from '../parts/lazy.js'
import { ask, backend } from '../state.ts'
import type { PageState } from '../page-state.ts'

const PageStart = lazy<object>(async () => (await import('./page-start.js')).PageStart, 'first')
const OpenFile = lazy<{ file: File, onDone (): void }>(async () => (await import('./open-file.js')).OpenFile, 'first')
const Scan = lazy<{ onFound (text: string): void }>(async () => (await import('./scan.js')).Scan, 'first')
/** 0: as is usual (a day) */
const LIVES = [3_600_000, 86_400_000, 604_800_000, 2_592_000_000]
const USUAL = 86_400_000
/** A name that stands still for so long may be the whole name. */
const STILL_MS = 120

/** In by name, in by invite, or a room of one's own; and what is and is not protected. */
export function Start ({ invite = '' }: { invite?: string }): preact.JSX.Element {
  const [busy, setBusy] = useState(false)
  const [scanning, setScanning] = useState(false)
  const still = useRef<ReturnType<typeof setTimeout>>(undefined)
  const [file, setFile] = useState<File>()
  const run = (method: 'room.join' | 'room.create', params: object): void => {
    setBusy(true)
    enter(method, params).catch(() => {}).finally(() => { setBusy(false) })
  }
  const namedRoom = (text: (name: string) => string): object => ({ name: text('name'), ...(text('passphrase') === '' ? {} : { passphrase: text('passphrase') }) })
  const read = (form: FormData) => (name: string) => String(form.get(name) ?? '').trim()
  // what a name costs in a page is spent before the button is pressed
  const ahead = ({ currentTarget }: { currentTarget: HTMLFormElement }): void => {
    // at once for what was pasted, else when the name stands still
    const ms = still.current == null ? 0 : STILL_MS
    clearTimeout(still.current)
    if (backend.value?.where === 'page') {
      still.current = setTimeout(() => { ask('page.ahead', namedRoom(read(new FormData(currentTarget)))).catch(() => {}) }, ms)
    }
  }
  const submit = (method: 'room.join' | 'room.create', make: (text: (name: string) => string) => object) => (event: SubmitEvent): void => {
    event.preventDefault()
    clearTimeout(still.current)
    run(method, make(read(new FormData(event.currentTarget as HTMLFormElement))))
  }
  const found = (text: string): void => {
    setScanning(false)
    run('room.join', { invite: readInvite(text) })
  }
  const open = (): void => { import('../parts/files.ts').then(async ({ chooseFile }) => chooseFile()).then(setFile, () => {}) }
  const create = (text: (name: string) => string): object => ({ kind: 'invite', name: text('name'), ...(Number(text('life')) === USUAL ? {} : { policy: { retention: Number(text('life')) } }) })
  const keeps = pageState.value?.kept === true
  return (
    <main class='start' aria-busy={busy}>
      <div class='welcome'>
        <h1 class='wordmark'>{t('app.name')}</h1>
        <p class='tagline'>{t('app.tagline')}</p>
        <ul class='promises'>
          <li><Icon name='lock' size={18} />{t('start.protected')}</li>
          <li><Icon name='eye' size={18} />{t('start.unprotected')}</li>
          <li><Icon name='timer' size={18} />{t(keeps ? 'start.kept' : 'start.gone')}</li>
        </ul>
      </div>
      {pageState.value != null && needsWord(pageState.value) && <PageStart />}
      <div class='ways'>
        <form class='card' onInput={ahead} onSubmit={submit('room.join', namedRoom)}>
          <h2><Icon name='open' /> {t('start.join')}</h2>
          <p>{t('start.join.hint')}</p>
          <label>{t('start.name')}<input name='name' required maxLength={64} autocomplete='off' dir='auto' /></label>
          <label>{t('start.passphrase')}<input name='passphrase' type='password' autocomplete='off' /></label>
          <button class='primary' disabled={busy}>{t(busy ? 'start.entering' : 'start.enter')}</button>
        </form>
        <form class='card' onSubmit={submit('room.join', text => ({ invite: readInvite(text('invite')) }))}>
          <h2><Icon name='invite' /> {t('start.invite')}</h2>
          <p>{t(invite === '' ? 'start.invite.hint' : 'start.invite.linked')}</p>
          {scanning
            ? <Scan onFound={found} />
            : <label>{t('start.invite.label')}<textarea name='invite' rows={4} required spellcheck={false} defaultValue={invite} dir='ltr' /></label>}
          <button type='button' onClick={() => { setScanning(!scanning) }}><Icon name='camera' size={18} /> {t(scanning ? 'room.cancel' : 'scan.action')}</button>
          {!scanning && <button class='primary' disabled={busy}>{t('start.enter')}</button>}
        </form>
        <form class='card' onSubmit={submit('room.create', create)}>
          <h2><Icon name='lock' /> {t('start.create')}</h2>
          <p>{t('start.create.hint')}</p>
          <label>{t('start.name')}<input name='name' required maxLength={64} autocomplete='off' dir='auto' /></label>
          <label>{t('start.policy')}
            <select name='life' defaultValue={String(USUAL)}>{LIVES.map(ms => <option key={ms} value={ms} selected={ms === USUAL}>{span(ms)}</option>)}</select>
          </label>
          <button class='primary' disabled={busy}>{t('start.create.action')}</button>
        </form>
      </div>
      <p class='more-ways'><button class='link' onClick={open}>{t('start.import')}</button></p>
      {file != null && <OpenFile file={file} onDone={() => { setFile(undefined) }} />}
    </main>
  )
}

/** A page that is locked or knows no helper says so before anything else. */
function needsWord ({ vault, kept, helpers }: PageState): boolean { return (vault && !kept) || helpers.length === 0 }

/** The invite in what was pasted or scanned: bare, in a link, or among other words. */
export function readInvite (text: string): string {
  const code = /UNDERTONE:JOIN\/[A-Z2-7]+/.exec(text)?.[0]
  if (code != null) {
    return code
  }
  const found = /(?:undertone:join\/|#\/join\/)([A-Za-z0-9_-]+)/.exec(text)
  return found == null ? text.trim() : `undertone:join/${found[1]}`
}
