import { useEffect, useState } from 'preact/hooks'
import { number } from '../catalogue/format.ts'
import { t } from '../catalogue/index.ts'
import { backPanel, pushPanel } from '../panels.ts'
import { ACTIONS, REASONS, Several, actionName, reasonName } from '../parts/choices.js'
import { saveFile } from '../parts/files.ts'
import { Icon } from '../parts/icon.js'
import { Qr } from '../parts/qr.js'
import { safeName, safeText } from '../parts/safe-text.ts'
import { SureButton } from '../parts/sure-button.js'
import { ask, backend, call, current, tell } from '../state.ts'
import { Preview } from './follow.js'
import { EditList } from './list-edit.js'
import { CHUNK, Changes, Entries } from './list-entries.js'
import { ListHelp } from './list-help.js'
import type { Entry, ListSummary, PreviewResult, Subscription } from '../../moderation/moderation-api.ts'

/** The reader's own: blocks and overrulings. */
export const OWN_LIST = 'own'
const FORMATS = ['undertone', 'matrix', 'bluesky', 'nostr', 'mastodon', 'text']
type Tab = 'entries' | 'changes' | 'reasons'

/** A list's public page: what it says, what changed, whose it is, where to object; and how much of it is used here. */
export function ListPage ({ list }: { list: string }): preact.JSX.Element {
  const [page, setPage] = useState<{ entries: Entry[], list: ListSummary }>()
  const [used, setUsed] = useState<Subscription>()
  const [tab, setTab] = useState<Tab>('entries')
  useEffect(() => {
    const read = (): void => {
      call('list.entries', { list, limit: CHUNK }).then(setPage, () => {})
      ask('list.subscriptions').then(({ subscriptions }) => { setUsed(subscriptions.find((each: Subscription) => each.list === list)) }, () => {})
    }
    read()
    return backend.value?.onEvent(event => { (event.type === 'verdict' || event.room === list) && read() })
  }, [list])
  if (page == null) {
    return <p class='note' aria-busy='true'>{t('room.loading')}</p>
  }
  const { entries, list: summary } = page
  return (
    <div class='stack'>
      <section>
        <h3 class='list-title'><bdi>{list === OWN_LIST ? t('lists.mine') : safeName(summary.title)}</bdi></h3>
        {summary.description !== '' && <p dir='auto'>{safeText(summary.description)}</p>}
        <p class='note'>{t('lists.entries', { count: summary.entries })} · {t('list.version', { version: number(summary.version) })} · {t('list.by', { count: summary.maintainers.length })}{summary.license === '' ? '' : ` · ${safeName(summary.license)}`}</p>
        {summary.retired && <p class='warning'><Icon name='warn' size={16} /> {t('list.retired')}</p>}
        {used?.forked === true && <p class='warning'><Icon name='warn' size={16} /> {t('list.fork')}</p>}
        {used?.capped === true && <p class='warning'><Icon name='warn' size={16} /> {t('list.capped')}</p>}
        {summary.appeals !== '' && <p class='note'>{t('list.appeals', { address: safeName(summary.appeals) })}</p>}
      </section>
      {summary.own && <button class='primary' onClick={() => { pushPanel('entry', { list }) }}><Icon name='invite' size={18} /> {t('list.add')}</button>}
      <div class='tabs' role='group' aria-label={t('list.title')}>
        {(['entries', 'changes', 'reasons'] as Tab[]).map(each => <button key={each} aria-pressed={tab === each} onClick={() => { setTab(each) }}>{t(`list.${each}`)}</button>)}
      </div>
      {tab === 'entries' && <Entries entries={entries} summary={summary} />}
      {tab === 'changes' && <Changes list={list} />}
      {tab === 'reasons' && <Counts summary={summary} />}
      {summary.address !== '' && <ListHelp summary={summary} />}
      {used != null && <Use subscription={used} onChange={setUsed} />}
      {summary.own && summary.address !== '' && <EditList summary={summary} onChange={next => { setPage({ entries, list: { ...summary, ...next } }) }} />}
      {summary.address !== '' && <Share summary={summary} />}
    </div>
  )
}

function Counts ({ summary }: { summary: ListSummary }): preact.JSX.Element {
  const { reasons, actions } = summary.counts
  const most = Math.max(1, ...Object.values(reasons))
  return (
    <section>
      <dl class='counts'>{Object.entries(reasons).sort((a, b) => b[1] - a[1]).map(([reason, count]) => (
        <div key={reason}>
          <dt>{reasonName(reason)}</dt>
          <dd><meter min={0} max={most} value={count} aria-label={reasonName(reason)} /> {number(count)}</dd>
        </div>
      ))}
      </dl>
      <p class='note'>{Object.entries(actions).map(([action, count]) => `${actionName(action)} ${number(count)}`).join(' · ')}</p>
    </section>
  )
}

/** How much of the list this reader uses. */
function Use ({ subscription, onChange }: { subscription: Subscription, onChange (next: Subscription): void }): preact.JSX.Element {
  const { list, own } = subscription
  const [preview, setPreview] = useState<PreviewResult>()
  const change = (what: object): void => { call('list.configure', { list, ...what }).then(onChange).catch(() => {}) }
  const leave = (): void => { call('list.unsubscribe', { list }).then(backPanel).catch(() => {}) }
  return (
    <section>
      <h3>{t('lists.followed')}</h3>
      <div class='stack'>
        <Several label={t('list.actions')} chosen={subscription.actions} values={ACTIONS} word={actionName} onChoose={actions => { change({ actions }) }} />
        <Several label={t('list.reasons.some')} chosen={subscription.reasons} values={REASONS} word={reasonName} onChoose={reasons => { change({ reasons }) }} />
        <div class='line'>
          <label>{t('list.weight')}<input type='number' min={0} max={1000} value={subscription.weight} onChange={event => { change({ weight: Number(event.currentTarget.value) }) }} /></label>
          <label>{t('list.order')}<input type='number' min={0} max={1000} value={subscription.order} onChange={event => { change({ order: Number(event.currentTarget.value) }) }} /></label>
        </div>
        <label class='check'><input type='checkbox' checked={subscription.trial} onChange={event => { change({ trial: event.currentTarget.checked }) }} /> {t('list.trial')}</label>
        {current.value != null && <button onClick={() => { call('list.preview', { list, room: current.value }).then(setPreview).catch(() => {}) }}>{t('lists.follow.look')}</button>}
        {preview != null && <Preview preview={preview} />}
        <p class='row'>
          <button onClick={() => { change({ paused: !subscription.paused }) }}>{t(subscription.paused ? 'list.resume' : 'list.pause')}</button>
          {!own && <SureButton label={t('list.unfollow')} onSure={leave} />}
        </p>
      </div>
    </section>
  )
}

function Share ({ summary }: { summary: ListSummary }): preact.JSX.Element {
  const [made, setMade] = useState<{ address: string, link: string }>()
  const [format, setFormat] = useState('undertone')
  const share = (): void => { call('list.invite', { list: summary.list }).then(setMade).catch(() => {}) }
  const save = (): void => {
    call('list.export', { list: summary.list, ...(format === 'undertone' ? {} : { format }) }).then(({ data }) => { saveFile(data, `${summary.title}.${format === 'mastodon' ? 'csv' : format === 'text' ? 'txt' : format === 'undertone' ? 'undertone-list' : 'json'}`) }).catch(() => {})
  }
  return (
    <details>
      <summary>{t('list.invite')}</summary>
      <div class='stack'>
        {made == null
          ? <button onClick={share}>{t('list.invite')}</button>
          : (
            <>
              <Qr text={made.address} label={t('invite.qr')} />
              <textarea class='code' readOnly rows={4} dir='ltr' value={made.address} aria-label={t('lists.follow.address')} />
              <button class='primary' onClick={() => { navigator.clipboard.writeText(made.address).then(() => { tell(t('invite.copied')) }, () => {}) }}>{t('invite.copy')}</button>
            </>
            )}
        <div class='line'>
          <label class='grow'>{t('list.export.format')}
            <select value={format} onChange={event => { setFormat(event.currentTarget.value) }}>{FORMATS.map(each => <option key={each} value={each}>{each[0].toUpperCase() + each.slice(1)}</option>)}</select>
          </label>
          <button onClick={save}>{t('list.export')}</button>
        </div>
      </div>
    </details>
  )
}
