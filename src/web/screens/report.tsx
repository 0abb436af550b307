import { useEffect, useRef, useState } from 'preact/hooks'
import { clockTime, number } from '../catalogue/format.ts'
import { t } from '../catalogue/index.ts'
import { conversation } from '../conversations.ts'
import { backPanel, pushPanel } from '../panels.ts'
import { REASONS, reasonName } from '../parts/choices.js'
import { saveFile } from '../parts/files.ts'
import { Icon } from '../parts/icon.js'
import { safeName, safeText } from '../parts/safe-text.ts'
import { call, current, tell } from '../state.ts'
import type { Reason } from '../../moderation/moderation-api.ts'
import type { Subscription } from '../../moderation/moderation-api.ts'

const STEPS = 3
/** How many of the author's other messages are offered. */
const OFFERED = 12
const CONTEXTS = [0, 2, 4, 8]
/** Reasons with which help lines are shown. */
const GRAVE: Reason[] = ['threat', 'self-harm', 'sexual', 'harassment', 'doxxing']

/** Which messages, why, to whom: and nothing but what was chosen leaves the device. */
export function Report ({ messages: first = [] }: { messages?: string[] }): preact.JSX.Element {
  const [step, setStep] = useState(1)
  const [chosen, setChosen] = useState(first)
  const [reason, setReason] = useState<Reason>('harassment')
  const [note, setNote] = useState('')
  const [context, setContext] = useState(0)
  const [lists, setLists] = useState<Subscription[]>([])
  const [to, setTo] = useState<string[]>([])
  const [anonymous, setAnonymous] = useState(true)
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    call('list.subscriptions').then(({ subscriptions }) => {
      const others = subscriptions.filter((each: Subscription) => !each.own && !each.retired)
      setLists(others)
      setTo(others.slice(0, 1).map((each: Subscription) => each.list))
    }, () => {})
  }, [])
  useEffect(() => { step > 1 && heading.current?.focus() }, [step])
  const held = conversation.value?.messages ?? []
  const author = held.find(each => each.id === first[0])?.author
  const offered = held.filter(each => chosen.includes(each.id) || first.includes(each.id) || (each.author === author && !each.deleted)).slice(-OFFERED)
  const what = { room: current.value, messages: chosen, reason, note, context }
  const toggle = (list: string[], value: string): string[] => list.includes(value) ? list.filter(each => each !== value) : [...list, value]
  const send = (): void => {
    call('report.send', { ...what, to, anonymous }).then(({ sent }) => {
      tell(t('report.sent', { count: sent }))
      backPanel()
    }).catch(() => {})
  }
  const save = (): void => { call('report.export', { ...what, anonymous }).then(({ data }) => { saveFile(data, 'report.undertone-report') }).catch(() => {}) }
  return (
    <div class='stack'>
      <p class='note'>{t('report.step', { step, steps: STEPS })}</p>
      {step === 1 && (
        <section>
          <h3 ref={heading} tabIndex={-1}>{t('report.messages')}</h3>
          <p class='note'>{t('report.messages.hint')}</p>
          <ul class='choose'>
            {offered.map(message => (
              <li key={message.id}>
                <label class='check'><input type='checkbox' checked={chosen.includes(message.id)} onChange={() => { setChosen(toggle(chosen, message.id)) }} />
                  <span><bdi class='name'>{safeName(message.petname)}</bdi> <time class='note'>{clockTime(message.time)}</time><span class='excerpt' dir='auto'>{safeText(message.text || message.attachments[0]?.name || '').slice(0, 160)}</span></span>
                </label>
              </li>
            ))}
          </ul>
          <label>{t('report.context')}
            <select value={context} onChange={event => { setContext(Number(event.currentTarget.value)) }}>{CONTEXTS.map(each => <option key={each} value={each}>{number(each)}</option>)}</select>
          </label>
        </section>
      )}
      {step === 2 && (
        <section>
          <h3 ref={heading} tabIndex={-1}>{t('report.reason')}</h3>
          <div class='reasons' role='radiogroup' aria-label={t('report.reason')}>
            {REASONS.map(each => <label key={each} class='chip'><input type='radio' name='reason' checked={reason === each} onChange={() => { setReason(each) }} /><span>{reasonName(each)}</span></label>)}
          </div>
          <label>{t('report.note')}<textarea rows={3} maxLength={2000} dir='auto' value={note} onInput={event => { setNote(event.currentTarget.value) }} /></label>
        </section>
      )}
      {step === STEPS && (
        <section>
          <h3 ref={heading} tabIndex={-1}>{t('report.to')}</h3>
          {lists.length === 0 && <p class='blank'>{t('report.to.none')}</p>}
          <ul class='choose'>{lists.map(each => <li key={each.list}><label class='check'><input type='checkbox' checked={to.includes(each.list)} onChange={() => { setTo(toggle(to, each.list)) }} /><bdi>{safeName(each.title)}</bdi></label></li>)}</ul>
          <label class='check'><input type='checkbox' checked={anonymous} onChange={event => { setAnonymous(event.currentTarget.checked) }} /> {t('report.anonymous')}</label>
        </section>
      )}
      {GRAVE.includes(reason) && step > 1 && <button class='link' onClick={() => { pushPanel('resources') }}><Icon name='help' size={18} /> {t('report.resources')}</button>}
      <p class='row'>
        {step > 1 && <button onClick={() => { setStep(step - 1) }}>{t('back')}</button>}
        {step < STEPS && <button class='primary' disabled={chosen.length === 0} onClick={() => { setStep(step + 1) }}>{t('report.next')}</button>}
        {step === STEPS && <button class='primary' disabled={to.length === 0 || chosen.length === 0} onClick={send}>{t('report.send')}</button>}
        {step === STEPS && <button disabled={chosen.length === 0} onClick={save}>{t('report.save')}</button>}
      </p>
    </div>
  )
}
