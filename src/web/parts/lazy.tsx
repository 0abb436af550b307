import { useEffect, useState } from 'preact/hooks'
import { t, wholeCatalogue } from '../catalogue/index.ts'
import type { ComponentType } from 'preact'

/**
 * A part of the page that is loaded when it is first wanted.
 *
 * @param texts - what its words need: those of the first screens, or all
 */
export function lazy<P extends object> (load: () => Promise<ComponentType<P>>, texts: 'first' | 'all' = 'all'): ComponentType<P> {
  let found: ComponentType<P> | undefined
  return function Lazy (props: P) {
    const [ready, setReady] = useState(found != null)
    const [failed, setFailed] = useState(false)
    useEffect(() => {
      if (found == null) {
        Promise.all([load(), texts === 'all' ? wholeCatalogue() : undefined]).then(([component]) => {
          found = component
          setReady(true)
        }, () => { setFailed(true) })
      }
    }, [])
    if (failed) {
      return <p class='note'>{t('error.loading')}</p>
    }
    const Found = found
    return ready && Found != null ? <Found {...props} /> : <p class='note loading' aria-busy='true'>{t('room.loading')}</p>
  }
}
