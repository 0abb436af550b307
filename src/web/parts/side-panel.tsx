import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { t } from '../catalogue/index.ts'
import { backPanel, closePanels, panels } from '../panels.ts'
import { Icon } from './icon.js'
import { lazy } from './lazy.js'
import type { Key } from '../catalogue/index.ts'
import type { PanelName, PanelView } from '../panels.ts'
import type { ComponentType } from 'preact'

interface Screen { title: Key, Content: ComponentType<any> }

/** Loaded when opened: what is needed to talk comes first. */
const SCREENS: Record<PanelName, Screen> = {
  people: { title: 'people.title', Content: lazy(async () => (await import('../screens/people.js')).People) },
  invite: { title: 'invite.title', Content: lazy(async () => (await import('../screens/invite.js')).Invite) },
  connection: { title: 'privacy.title', Content: lazy(async () => (await import('../screens/connection.js')).Connection) },
  settings: { title: 'settings.title', Content: lazy(async () => (await import('../screens/settings.js')).Settings) },
  about: { title: 'about.title', Content: lazy(async () => (await import('../screens/about.js')).About) },
  search: { title: 'room.search', Content: lazy(async () => (await import('../screens/search.js')).Search) },
  lists: { title: 'lists.title', Content: lazy(async () => (await import('../screens/lists.js')).Lists) },
  list: { title: 'list.title', Content: lazy(async () => (await import('../screens/list-page.js')).ListPage) },
  follow: { title: 'lists.follow', Content: lazy(async () => (await import('../screens/follow.js')).Follow) },
  verdict: { title: 'verdict.title', Content: lazy(async () => (await import('../screens/verdict-details.js')).VerdictDetails) },
  entry: { title: 'list.add', Content: lazy(async () => (await import('../screens/entry-form.js')).EntryForm) },
  report: { title: 'report.title', Content: lazy(async () => (await import('../screens/report.js')).Report) },
  inbox: { title: 'inbox.title', Content: lazy(async () => (await import('../screens/inbox.js')).Inbox) },
  charter: { title: 'charter.title', Content: lazy(async () => (await import('../screens/charter.js')).CharterScreen) },
  standing: { title: 'standing.title', Content: lazy(async () => (await import('../screens/standing.js')).Standing) },
  resources: { title: 'resources.title', Content: lazy(async () => (await import('../screens/resources.js')).Resources) }
}

/** A window so narrow that a panel fills it, as in the style sheet. */
const COVERING = '(max-width: 46rem)'

/** One thing beside the conversation; on a phone, in its place. */
export function SidePanel ({ view, onWiped }: { view: PanelView, onWiped (): void }): preact.JSX.Element {
  const element = useRef<HTMLElement>(null)
  const { title, Content } = SCREENS[view.name]
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null
    return () => { (before?.isConnected === true && before !== document.body ? before : document.querySelector<HTMLElement>('.timeline'))?.focus({ preventScroll: true }) }
  }, [])
  // on a phone it stands in the place of all else: nothing under it is read or reached
  useLayoutEffect(() => {
    const below = matchMedia(COVERING).matches ? [...document.querySelectorAll<HTMLElement>('.app > :is(nav, main)')] : []
    below.forEach(each => { each.inert = true })
    return () => { below.forEach(each => { each.inert = false }) }
  })
  useEffect(() => { element.current?.focus() }, [view])
  const deep = panels.value.length > 1
  return (
    <aside class={`panel panel-${view.name}`} ref={element} tabIndex={-1} aria-label={t(title)}>
      <header>
        {deep && <button class='quiet' aria-label={t('back')} title={t('back')} onClick={backPanel}><Icon name='back' /></button>}
        <h2>{t(title)}</h2>
        <button class='quiet' aria-label={t('close')} title={t('close')} onClick={closePanels}><Icon name='close' /></button>
      </header>
      <div class='content' key={`${view.name} ${JSON.stringify(view.props)}`}><Content {...view.props} onWiped={onWiped} /></div>
    </aside>
  )
}
