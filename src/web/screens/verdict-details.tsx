import { useEffect, useState } from 'preact/hooks'
import { momentName } from '../catalogue/format.ts'
import { t } from '../catalogue/index.ts'
import { backPanel, pushPanel } from '../panels.ts'
import { actionName, reasonName } from '../parts/choices.js'
import { Icon } from '../parts/icon.js'
import { safeText } from '../parts/safe-text.ts'
import { Sources, titleOf } from '../parts/verdict.js'
import { ask, call, current, tell } from '../state.ts'
import type { Subscription, Verdict, VerdictSource } from '../../moderation/moderation-api.ts'

/** Why something looks as it does: which lists, which entry, since when; and the ways out. */
export function VerdictDetails ({ message, persona }: { message?: string, persona?: string }): preact.JSX.Element {
  const [verdict, setVerdict] = useState<Verdict>()
  const [own, setOwn] = useState(new Set<string>())
  const subject = message == null ? { persona } : { message }
  const read = (): void => { call('moderation.explain', { room: current.value, ...subject }).then(setVerdict, () => {}) }
  useEffect(() => {
    read()
    ask('list.subscriptions').then(({ subscriptions }) => { setOwn(new Set(subscriptions.filter((each: Subscription) => each.own).map((each: Subscription) => each.list))) }, () => {})
  }, [message, persona])
  if (verdict == null) {
    return <p class='note' aria-busy='true'>{t('room.loading')}</p>
  }
  const overrule = (): void => {
    call('moderation.overrule', { room: current.value, ...subject }).then(({ entry }) => {
      tell(t('verdict.overruled'), { label: t('notice.undo'), run: () => { call('moderation.undo', { entry }).catch(() => {}) } })
      backPanel()
    }).catch(() => {})
  }
  const undo = (source: VerdictSource): void => {
    call('moderation.undo', { entry: source.entry }).then(() => {
      tell(t('verdict.undone'))
      read()
    }).catch(() => {})
  }
  return (
    <div class='stack'>
      {verdict.sources.length === 0 && <p class='blank'>{t('verdict.none')}</p>}
      <ul class='entries'>{verdict.sources.map(source => <Source key={source.entry} source={source} isOwn={own.has(source.list)} onUndo={() => { undo(source) }} />)}</ul>
      {(verdict.trial?.length ?? 0) > 0 && (
        <section class='on-trial'>
          <h3>{t('verdict.trial')}</h3>
          <ul class='entries'>{verdict.trial?.map(source => <Source key={source.entry} source={source} isOwn={false} />)}</ul>
        </section>
      )}
      {verdict.action !== 'none' && verdict.action !== 'allow' && (
        <>
          <button class='primary' onClick={overrule}>{t('verdict.overrule')}</button>
          <p class='note'>{t('verdict.overrule.hint')}</p>
        </>
      )}
    </div>
  )
}

/** One list's word: its title leads to its page. */
function Source ({ source, isOwn, onUndo }: { source: VerdictSource, isOwn: boolean, onUndo?(): void }): preact.JSX.Element {
  const isClassifier = source.list === 'classifier'
  return (
    <li>
      <p class='source-line'><Icon name={isClassifier ? 'eye' : 'list'} size={18} /> {isOwn || isClassifier
        ? <strong>{titleOf(source)}</strong>
        : <button class='link' onClick={() => { pushPanel('list', { list: source.list }) }}>{titleOf(source)}</button>}
      </p>
      <p><span class={`tag action-${source.action}`}>{actionName(source.action)}</span> {reasonName(source.reason)}</p>
      {source.note != null && <p dir='auto' class='entry-note'>{safeText(source.note)}</p>}
      <Sources addresses={source.sources ?? []} />
      <p class='note'>{t('verdict.since', { time: momentName(source.since) })}</p>
      {isOwn && <button onClick={onUndo}>{t('verdict.undo')}</button>}
    </li>
  )
}
