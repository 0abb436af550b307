import { useState } from 'preact/hooks'
import { t } from '../catalogue/index.ts'
import { showPanel } from '../panels.ts'
import { encodeBinary } from '../parts/base64url.ts'
import { ACTIONS, REASONS, Several, actionName, reasonName } from '../parts/choices.js'
import { chooseFile } from '../parts/files.ts'
import { Icon } from '../parts/icon.js'
import { lazy } from '../parts/lazy.js'
import { safeText } from '../parts/safe-text.ts'
import { call, current } from '../state.ts'
import type { Action, Reason } from '../../moderation/moderation-api.ts'
import type { PreviewResult } from '../../moderation/moderation-api.ts'

const Scan = lazy<{ onFound (text: string): void }>(async () => (await import('./scan.js')).Scan, 'first')
const MAX_SAMPLES = 5

/** Before a list is followed: what it would change here, and how much of it is wanted. */
export function Follow ({ address: given = '' }: { address?: string }): preact.JSX.Element {
  const [address, setAddress] = useState(given)
  const [preview, setPreview] = useState<PreviewResult>()
  const [actions, setActions] = useState<Action[] | null>(null)
  const [reasons, setReasons] = useState<Reason[] | null>(null)
  const [trial, setTrial] = useState(false)
  const [scanning, setScanning] = useState(false)
  const [busy, setBusy] = useState(false)
  const wait = (work: Promise<unknown>): void => {
    setBusy(true)
    work.catch(() => {}).finally(() => { setBusy(false) })
  }
  const look = (): void => { wait(call('list.preview', { address: address.trim(), room: current.value }).then(setPreview)) }
  const follow = (from: object): void => {
    wait(call('list.subscribe', { ...from, ...(actions == null ? {} : { actions }), ...(reasons == null ? {} : { reasons }), ...(trial ? { trial } : {}) }).then(({ list }) => { showPanel('list', { list }) }))
  }
  const fromFile = async (): Promise<void> => {
    const file = await chooseFile()
    file != null && follow({ data: encodeBinary(new Uint8Array(await file.arrayBuffer())) })
  }
  return (
    <form class='stack' onSubmit={event => { event.preventDefault(); follow({ address: address.trim() }) }}>
      <p class='note'>{t('lists.none.hint')}</p>
      <label>{t('lists.follow.address')}<textarea class='code' rows={4} required dir='ltr' spellcheck={false} value={address} onInput={event => { setAddress(event.currentTarget.value); setPreview(undefined) }} /></label>
      {scanning && <Scan onFound={text => { setScanning(false); setAddress(text); setPreview(undefined) }} />}
      <p class='row'><button type='button' onClick={() => { setScanning(!scanning) }}><Icon name='camera' size={18} /> {t(scanning ? 'room.cancel' : 'scan.action')}</button></p>
      {current.value != null && <button type='button' disabled={busy || address.trim() === ''} onClick={look}>{t('lists.follow.look')}</button>}
      {busy && <p class='note' role='status'>{t('room.loading')}</p>}
      {preview != null && <Preview preview={preview} />}
      <details>
        <summary>{t('list.actions')}</summary>
        <Several label={t('list.actions')} chosen={actions} values={ACTIONS} word={actionName} onChoose={each => { setActions(each) }} />
        <Several label={t('list.reasons.some')} chosen={reasons} values={REASONS} word={reasonName} onChoose={each => { setReasons(each) }} />
      </details>
      <label class='check'><input type='checkbox' name='trial' checked={trial} onChange={event => { setTrial(event.currentTarget.checked) }} /> {t('list.trial')}</label>
      <p class='row'>
        <button class='primary' disabled={busy}>{t('lists.follow.action')}</button>
        <button type='button' disabled={busy} onClick={() => { fromFile().catch(() => {}) }}>{t('lists.follow.file')}</button>
      </p>
    </form>
  )
}

export function Preview ({ preview }: { preview: PreviewResult }): preact.JSX.Element {
  const { messages, personas, talkedTo, samples, entries } = preview
  return (
    <section class='preview' role='status'>
      <p><strong>{messages + personas === 0 ? t('lists.preview.none') : t('lists.preview', { messages: t('lists.preview.messages', { count: messages }), people: t('lists.preview.people', { count: personas }) })}</strong></p>
      {talkedTo > 0 && <p class='warning'>{t('lists.preview.talked', { count: talkedTo })}</p>}
      <p class='note'>{t('lists.entries', { count: entries })}</p>
      <ul>
        {samples.slice(0, MAX_SAMPLES).map(sample => (
          <li key={sample.message}><span class='tag quiet-tag'>{actionName(sample.action)} · {reasonName(sample.reason)}</span> <span dir='auto'>{safeText(sample.text ?? '').slice(0, 120)}</span></li>
        ))}
      </ul>
    </section>
  )
}
