import { useEffect, useState } from 'preact/hooks'
import { percent } from '../catalogue/format.ts'
import { t } from '../catalogue/index.ts'
import { pushPanel } from '../panels.ts'
import { encodeBinary } from '../parts/base64url.ts'
import { Pick, actionName } from '../parts/choices.js'
import { chooseFile } from '../parts/files.ts'
import { Icon } from '../parts/icon.js'
import { titleOf } from '../parts/verdict.js'
import { backend, call, judgement, refreshJudgement, tell } from '../state.ts'
import { Recommended } from './recommended.js'
import type { Action } from '../../moderation/moderation-api.ts'
import type { Subscription } from '../../moderation/moderation-api.ts'

const MAX_THRESHOLD = 5
/** what a model may do: it never hides for good */
const MILD: Action[] = ['label', 'warn', 'blur']

/** Whose judgement this reader uses. */
export function Lists (): preact.JSX.Element {
  const [lists, setLists] = useState<Subscription[]>()
  useEffect(() => {
    const read = (): void => { call('list.subscriptions').then(({ subscriptions }) => { setLists(subscriptions) }, () => {}) }
    read()
    return backend.value?.onEvent(event => { ['verdict', 'room', 'report'].includes(event.type) && read() })
  }, [])
  const importFile = async (): Promise<void> => {
    const file = await chooseFile()
    if (file != null) {
      const data = encodeBinary(new Uint8Array(await file.arrayBuffer()))
      const { list, entries, skipped } = await call('list.import', { data, title: file.name.replace(/\.\w+$/, '').slice(0, 120) || file.name })
      tell(`${t('lists.import.done', { count: entries })}. ${skipped > 0 ? t('lists.import.skipped', { count: skipped }) : ''}`)
      pushPanel('list', { list })
    }
  }
  const own = lists?.filter(each => each.own) ?? []
  const followed = lists?.filter(each => !each.own).sort((a, b) => a.order - b.order) ?? []
  return (
    <div class='stack'>
      <p class='note'>{t('lists.intro')}</p>
      <section>
        <h3>{t('lists.followed')}</h3>
        {lists != null && followed.length === 0 && <p class='blank'><strong>{t('lists.none')}</strong> {t('lists.none.hint')}</p>}
        <ul class='lists'>{followed.map(each => <ListLine key={each.list} list={each} />)}</ul>
        <button class='primary' onClick={() => { pushPanel('follow') }}><Icon name='invite' size={18} /> {t('lists.follow')}</button>
      </section>
      {lists != null && <Recommended followed={lists.map(each => each.address)} />}
      <section>
        <h3>{t('lists.own')}</h3>
        <ul class='lists'>{own.map(each => <ListLine key={each.list} list={each} />)}</ul>
        <Create />
        <div class='row'>
          <button onClick={() => { pushPanel('inbox') }}><Icon name='flag' size={18} /> {t('inbox.title')}</button>
          <div class='with-note'>
            <button aria-describedby='import-formats' onClick={() => { importFile().catch(() => {}) }}>{t('lists.import')}</button>
            <p class='note' id='import-formats'>{t('lists.import.hint')}</p>
          </div>
        </div>
      </section>
      <Policy lists={followed.length} />
    </div>
  )
}

function ListLine ({ list }: { list: Subscription }): preact.JSX.Element {
  return (
    <li>
      <button class='list-line' onClick={() => { pushPanel('list', { list: list.list }) }}>
        <span class='list-mark'><Icon name={list.own ? 'shield' : 'list'} size={18} /></span>
        <span><bdi class='name'>{titleOf(list)}</bdi><span class='note'>{t('lists.entries', { count: list.entries })}{list.paused ? ` · ${t('list.paused')}` : ''}{list.forked ? ` · ${t('list.fork')}` : ''}</span></span>
      </button>
    </li>
  )
}

function Create (): preact.JSX.Element {
  const create = (event: SubmitEvent): void => {
    event.preventDefault()
    const form = new FormData(event.currentTarget as HTMLFormElement)
    const text = (name: string): string => String(form.get(name) ?? '').trim()
    call('list.create', { title: text('title'), ...(text('description') === '' ? {} : { description: text('description') }) }).then(({ list }) => { pushPanel('list', { list }) }).catch(() => {})
  }
  return (
    <details>
      <summary>{t('lists.create')}</summary>
      <form class='stack' onSubmit={create}>
        <label>{t('lists.create.title')}<input name='title' required maxLength={120} dir='auto' /></label>
        <label>{t('lists.create.description')}<textarea name='description' rows={2} maxLength={2000} dir='auto' /></label>
        <button class='primary'>{t('start.create.action')}</button>
      </form>
    </details>
  )
}

/** How verdicts come about: how many lists must agree, what hidden means, what the model may do. */
function Policy ({ lists }: { lists: number }): preact.JSX.Element {
  const { threshold, hidden, classifier, web } = judgement.value
  const change = (policy: object): void => { call('moderation.policy', policy).then(async () => refreshJudgement()).catch(() => {}) }
  const counts = Array.from({ length: Math.max(MAX_THRESHOLD, threshold, Math.min(lists, 20)) }, (_, i) => String(i + 1))
  return (
    <section>
      <h3>{t('lists.judging')}</h3>
      <div class='stack'>
        <Pick label={t('lists.policy')} value={String(threshold)} values={counts} word={count => t('lists.threshold', { count: Number(count) })} onChoose={count => { change({ threshold: Number(count) }) }} />
        <Pick label={t('lists.hidden')} value={hidden} values={['press', 'gone'] as const} word={each => t(`lists.hidden.${each}`)} onChoose={each => { change({ hidden: each }) }} />
        <label class='check'><input type='checkbox' checked={classifier != null} onChange={event => { change({ classifier: event.currentTarget.checked ? { threshold: 0.85, action: 'label' } : null }) }} /> {t('lists.classifier')}</label>
        <p class='note'>{t('lists.classifier.hint')}</p>
        {classifier != null && (
          <>
            <Pick label={t('lists.classifier.action')} value={classifier.action} values={MILD} word={actionName} onChoose={action => { change({ classifier: { ...classifier, action } }) }} />
            <label>{t('lists.classifier.threshold')} <span class='value'>{percent(classifier.threshold)}</span>
              <input type='range' min={0.5} max={0.99} step={0.01} value={classifier.threshold} onChange={event => { change({ classifier: { ...classifier, threshold: Number(event.currentTarget.value) } }) }} />
            </label>
          </>
        )}
        {backend.value?.where === 'desktop' && (
          <>
            <label class='check'><input type='checkbox' checked={web} onChange={event => { change({ web: event.currentTarget.checked }) }} /> {t('lists.web')}</label>
            <p class='note'>{t('lists.web.hint')}</p>
          </>
        )}
      </div>
    </section>
  )
}
