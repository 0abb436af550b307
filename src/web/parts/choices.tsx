import { t } from '../catalogue/index.ts'
import type { Action, Reason } from '../../moderation/moderation-api.ts'
import type { Key } from '../catalogue/index.ts'

export const ACTIONS: Action[] = ['hide', 'mute', 'blur', 'warn', 'label', 'allow']
export const REASONS: Reason[] = ['spam', 'scam', 'harassment', 'hate', 'threat', 'sexual', 'graphic', 'doxxing', 'impersonation', 'misinformation', 'malware-link', 'illegal', 'self-harm', 'infiltrator-claim', 'other']

export function actionName (action: string): string { return t(`action.${action}` as Key) }
export function reasonName (reason: string): string { return t(`reason.${reason}` as Key) }

export function Pick<T extends string> ({ label, name, value, values, word, onChoose }: { label: string, name?: string, value?: T, values: readonly T[], word (value: NoInfer<T>): string, onChoose?(value: T): void }): preact.JSX.Element {
  return (
    <label>{label}
      <select name={name} value={value} onChange={event => { onChoose?.(event.currentTarget.value as T) }}>
        {values.map(each => <option key={each} value={each}>{word(each)}</option>)}
      </select>
    </label>
  )
}

/** Some of a few; none chosen is written as null: all of them. */
export function Several<T extends string> ({ label, chosen, values, word, onChoose }: { label: string, chosen: T[] | null, values: readonly T[], word (value: NoInfer<T>): string, onChoose (chosen: T[] | null): void }): preact.JSX.Element {
  const set = new Set(chosen ?? values)
  const toggle = (value: T): void => {
    const next = values.filter(each => each === value ? !set.has(each) : set.has(each))
    onChoose(next.length === values.length ? null : next)
  }
  return (
    <fieldset class='several'>
      <legend>{label}</legend>
      {values.map(each => <label key={each} class='chip'><input type='checkbox' checked={set.has(each)} onChange={() => { toggle(each) }} /><span>{word(each)}</span></label>)}
    </fieldset>
  )
}
