import { useEffect, useState } from 'preact/hooks'
import { momentName, number, span } from '../catalogue/format.ts'
import { t } from '../catalogue/index.ts'
import { pushPanel } from '../panels.ts'
import { Icon } from '../parts/icon.js'
import { safeName, safeText } from '../parts/safe-text.ts'
import { short } from '../parts/subject.js'
import { backend, call, current, members, room, tell } from '../state.ts'
import type { CharterContent, Tally } from '../../moderation/moderation-api.ts'

interface Proposal { proposal: string, charter: CharterContent, author: string, time: number, tally: Tally }
interface Read { charter: CharterContent | null, founder: string | null, proposals: Proposal[] }
const CHOICES = ['yes', 'no', 'abstain'] as const
/** Characters of a value that this version has no words for. */
const MAX_SHOWN = 200
const SECOND_MS = 1_000
const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const FEW: CharterContent = { purpose: '', rules: [], lists: [], policy: {}, voting: { age: 0, stampBits: 0, duration: 24 * HOUR_MS } }

/** What the room is for, and what its people want it to be. */
export function CharterScreen (): preact.JSX.Element {
  const [read, setRead] = useState<Read>()
  useEffect(() => {
    const id = current.value
    const ask = (): void => { call('charter.read', { room: id }).then(setRead, () => {}) }
    ask()
    return backend.value?.onEvent(event => { event.room === id && (event.type === 'room' || event.type === 'message') && ask() })
  }, [current.value])
  if (read == null) {
    return <p class='note' aria-busy='true'>{t('room.loading')}</p>
  }
  return (
    <div class='stack'>
      {read.charter == null ? <p class='blank'>{t('charter.none')}</p> : <Words charter={read.charter} signed />}
      <section>
        <h3>{t('charter.proposals')}</h3>
        {room.value?.kind === 'open' && <p class='note'><Icon name='warn' size={16} /> {t('charter.sybils')}</p>}
        {read.proposals.length === 0 && <p class='note'>{t('charter.proposals.none')}</p>}
        {read.proposals.map(each => <Vote key={each.proposal} proposal={each} />)}
      </section>
      <Propose charter={read.charter ?? FEW} />
    </div>
  )
}

function Words ({ charter, signed = false }: { charter: CharterContent, signed?: boolean }): preact.JSX.Element {
  return (
    <div class='charter'>
      {charter.purpose !== '' && <p dir='auto' class='purpose'>{safeText(charter.purpose)}</p>}
      {charter.rules.length > 0 && <><h3>{t('charter.rules.title')}</h3><ol>{charter.rules.map((rule, i) => <li key={i} dir='auto'>{safeText(rule)}</li>)}</ol></>}
      {charter.lists.length > 0 && (
        <>
          <h3>{t('charter.lists')}</h3>
          <p class='note'>{t('charter.lists.hint')}</p>
          <ul>{charter.lists.map(address => <li key={address} class='line'><code>{short(address)}</code> <button class='link' onClick={() => { pushPanel('follow', { address }) }}>{t('lists.follow.look')}</button></li>)}</ul>
        </>
      )}
      {policyLines(charter.policy).length > 0 && <><h3>{t('about.policy')}</h3><ul class='policy'>{policyLines(charter.policy).map(line => <li key={line}>{line}</li>)}</ul></>}
      <p class='note'>{t(charter.voting.age === 0 ? 'charter.voting.all' : 'charter.voting', { age: span(charter.voting.age), duration: span(charter.voting.duration) })}</p>
      {signed && <p class='note'>{t('charter.by')}</p>}
    </div>
  )
}

/** What a charter changes of how the room works: nobody should vote for what they do not see. */
function policyLines (policy: Record<string, unknown>): string[] {
  return Object.entries(policy).map(([name, value]) => {
    const ms = typeof value === 'number' && value > 0 ? value : undefined
    switch (name) {
      case 'slowMode': return ms == null ? `${name} ${safeName(String(value))}` : t('about.slow', { span: span(ms) })
      case 'probation': return ms == null ? `${name} ${safeName(String(value))}` : t('about.probation', { span: span(ms) })
      case 'retention': return ms == null ? t(value === 0 || value === 'none' ? 'about.retention.none' : 'about.retention.forever') : t('about.retention', { span: span(ms) })
      default: return `${safeName(name)} ${safeName(JSON.stringify(value) ?? '').slice(0, MAX_SHOWN)}`
    }
  })
}

function Vote ({ proposal: { proposal, charter, author, time, tally } }: { proposal: Proposal }): preact.JSX.Element {
  const vote = (choice: typeof CHOICES[number]): void => { call('charter.vote', { room: current.value, proposal, choice }).then(() => { tell(t('charter.voted')) }).catch(() => {}) }
  const name = members.value.find(each => each.persona === author)?.petname ?? short(author)
  const all = Math.max(1, tally.eligible)
  return (
    <article class='vote'>
      <p class='note'>{t('charter.proposed', { name: safeName(name) })} · {momentName(time)} · {t(tally.passed ? 'charter.passed' : tally.closed ? 'charter.closed' : 'charter.running')}</p>
      <Words charter={charter} />
      <div class='tally' aria-hidden='true'>
        {CHOICES.map(choice => <span key={choice} class={`tally-${choice}`} style={{ inlineSize: `${100 * tally[choice] / all}%` }} />)}
      </div>
      <p class='note'>{t('charter.tally', { yes: tally.yes, no: tally.no, abstain: tally.abstain, eligible: tally.eligible })}</p>
      {tally.open && <p class='note weighted'>{t('charter.weighted', { yes: number(tally.weighted.yes), no: number(tally.weighted.no) })}</p>}
      {!tally.closed && <p class='row'>{CHOICES.map(choice => <button key={choice} onClick={() => { vote(choice) }}>{t(`charter.${choice}`)}</button>)}</p>}
    </article>
  )
}

function Propose ({ charter }: { charter: CharterContent }): preact.JSX.Element {
  const propose = (event: SubmitEvent): void => {
    event.preventDefault()
    const form = new FormData(event.currentTarget as HTMLFormElement)
    const given = (name: string): boolean => String(form.get(name) ?? '').trim() !== ''
    const lines = (name: string): string[] => String(form.get(name) ?? '').split('\n').map(line => line.trim()).filter(line => line !== '')
    const amount = (name: string, unit: number): number => Math.round(Number(form.get(name)) * unit)
    const policy = { ...charter.policy, ...(given('slow') ? { slowMode: amount('slow', SECOND_MS) } : {}), ...(given('probation') ? { probation: amount('probation', MINUTE_MS) } : {}) }
    const voting = { ...charter.voting, ...(given('age') ? { age: amount('age', HOUR_MS) } : {}), ...(given('duration') ? { duration: amount('duration', HOUR_MS) } : {}) }
    call('charter.propose', { room: current.value, charter: { purpose: String(form.get('purpose')).trim(), rules: lines('rules'), lists: lines('lists'), policy, voting } }).catch(() => {})
  }
  return (
    <details>
      <summary>{t('charter.propose')}</summary>
      <form class='stack' onSubmit={propose}>
        <label>{t('charter.purpose')}<textarea name='purpose' rows={3} maxLength={4000} dir='auto' defaultValue={charter.purpose} /></label>
        <label>{t('charter.rules')}<textarea name='rules' rows={5} dir='auto' defaultValue={charter.rules.join('\n')} /></label>
        <label>{t('charter.lists')}<textarea class='code' name='lists' rows={2} dir='ltr' spellcheck={false} defaultValue={charter.lists.join('\n')} /></label>
        <div class='line'>
          <label>{t('charter.slow')}<input type='number' name='slow' min={0} max={86400} step='any' defaultValue={shown(charter.policy.slowMode, SECOND_MS)} /></label>
          <label>{t('charter.probation')}<input type='number' name='probation' min={0} max={43200} step='any' defaultValue={shown(charter.policy.probation, MINUTE_MS)} /></label>
          <label>{t('charter.age')}<input type='number' name='age' min={0} max={8760} step='any' defaultValue={shown(charter.voting.age, HOUR_MS)} /></label>
          <label>{t('charter.duration')}<input type='number' name='duration' min={0} max={8760} step='any' defaultValue={shown(charter.voting.duration, HOUR_MS)} /></label>
        </div>
        <button class='primary'>{t('charter.propose')}</button>
      </form>
    </details>
  )
}

function shown (ms: unknown, unit: number): string { return typeof ms === 'number' ? String(ms / unit) : '' }
