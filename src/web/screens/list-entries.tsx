import { useEffect, useState } from 'preact/hooks'
import { momentName } from '../catalogue/format.ts'
import { t } from '../catalogue/index.ts'
import { actionName, reasonName } from '../parts/choices.js'
import { Icon } from '../parts/icon.js'
import { safeText } from '../parts/safe-text.ts'
import { SubjectName, short as shortened } from '../parts/subject.js'
import { Sources } from '../parts/verdict.js'
import { ask, call } from '../state.ts'
import type { Entry, ListChanges, ListSummary } from '../../moderation/moderation-api.ts'

/** Entries drawn at once: a list may have a hundred thousand. */
const PAGE = 50
/** Entries asked for at once. */
export const CHUNK = 500

/** Entries of a list, as many as are wanted: the first are given, the others are read when somebody gets there or searches. */
export function Entries ({ entries, summary }: { entries: Entry[], summary: ListSummary }): preact.JSX.Element {
  const [wanted, setWanted] = useState('')
  const [limit, setLimit] = useState(PAGE)
  const [rest, setRest] = useState<Entry[]>([])
  useEffect(() => { setRest([]) }, [entries])
  const held = [...entries, ...rest]
  const word = wanted.toLowerCase()
  const found = wanted === '' ? held : held.filter(each => JSON.stringify([each.subject, each.note]).toLowerCase().includes(word))
  const short = held.length < summary.entries && found.length < limit
  useEffect(() => {
    if (short) {
      ask('list.entries', { list: summary.list, from: held.length, limit: CHUNK }).then(({ entries }) => { setRest([...rest, ...entries]) }, () => {})
    }
  }, [short, held.length])
  const left = wanted === '' ? summary.entries - limit : found.length - limit
  return (
    <section>
      {entries.length === 0 && <p class='blank'>{t('list.empty')}</p>}
      {summary.entries > PAGE && <input type='search' aria-label={t('room.search')} placeholder={t('room.search')} value={wanted} dir='auto' onInput={event => { setWanted(event.currentTarget.value) }} />}
      <ul class='entries'>
        {found.slice(0, limit).map(entry => (
          <li key={entry.entry}>
            <p><SubjectName subject={entry.subject} /></p>
            <p><span class={`tag action-${entry.action}`}>{actionName(entry.action)}</span> {reasonName(entry.reason)}</p>
            {entry.note != null && <p dir='auto' class='entry-note'>{safeText(entry.note)}</p>}
            <Sources addresses={entry.sources ?? []} />
            <p class='note'>{t('verdict.since', { time: momentName(entry.since) })}{entry.expires == null ? '' : ` · ${t('entry.until', { time: momentName(entry.expires) })}`}</p>
            {summary.own && <button class='link danger' onClick={() => { call('list.remove', { list: summary.list, entry: entry.entry }).catch(() => {}) }}>{t('list.remove')}</button>}
          </li>
        ))}
      </ul>
      {left > 0 && <button class='more-entries' onClick={() => { setLimit(limit + PAGE) }}>{t('list.more', { count: left })}</button>}
    </section>
  )
}

export function Changes ({ list }: { list: string }): preact.JSX.Element {
  const [log, setLog] = useState<ListChanges>()
  useEffect(() => { call('list.changes', { list, limit: 100 }).then(setLog, () => {}) }, [list])
  if (log == null) {
    return <p class='note' aria-busy='true'>{t('room.loading')}</p>
  }
  return (
    <section>
      {log.forks.length > 0 && <p class='warning'><Icon name='warn' size={16} /> {t('list.fork')}</p>}
      {log.rollbacks > 0 && <p class='warning'><Icon name='warn' size={16} /> {t('list.rollback')}</p>}
      <ul class='entries'>
        {log.changes.map((change, i) => (
          <li key={i}>
            <p>{t(change.op === 'add' ? 'list.added' : change.op === 'remove' ? 'list.removed' : change.op === 'help' ? 'list.helped' : 'list.described', { maintainer: shortened(change.maintainer) })} {change.subject != null && <SubjectName subject={change.subject} />}</p>
            <p class='note'>{change.action == null ? '' : `${actionName(change.action)} · `}{change.reason == null ? '' : `${reasonName(change.reason)} · `}{momentName(change.time)}</p>
          </li>
        ))}
      </ul>
    </section>
  )
}
