import { safeText } from './safe-text.ts'

type Child = preact.ComponentChild

/** Tokens of one line, in order of precedence; each pattern is linear in the text. */
const INLINE = /(`[^`\n]{1,2000}`)|(\*\*[^*\n]{1,2000}\*\*)|((?<![\p{L}\p{N}_])_[^_\n]{1,2000}_(?![\p{L}\p{N}_]))|(~~[^~\n]{1,2000}~~)|(https?:\/\/[^\s<>"']{1,2000})/gu
const ONLY_EMOJI = /^(?:\p{Extended_Pictographic}(?:\ufe0f|\p{Emoji_Modifier}|\u200d\p{Extended_Pictographic})*\s*){1,3}$/u
/** More elements than this in one message are shown as plain text: elements are what costs. */
const MAX_TOKENS = 400

/** Letters of an address as they are read; whatever could pass for another place, or be seen by nobody, stays as it is sent. */
function readable (href: string): string {
  return href.replace(/(?:%[89a-f][0-9a-f])+/gi, run => {
    try {
      const letters = decodeURIComponent(run)
      return /^[\p{L}\p{M}\p{N}]+$/u.test(letters) ? safeText(letters) : run
    } catch {
      return run
    }
  })
}

function link (text: string): Child {
  // a full stop or bracket after an address belongs to the sentence, unless the bracket was opened in it
  let end = text.length
  let open = text.split('(').length - text.split(')').length
  for (; /[.,;:!?)\]]/.test(text.charAt(end - 1)) && !(text.charAt(end - 1) === ')' && open >= 0); end--) {
    open += Number(text.charAt(end - 1) === ')')
  }
  const address = text.slice(0, end)
  let href: string
  try {
    const url = new URL(address)
    href = url.protocol === 'http:' || url.protocol === 'https:' ? url.href : ''
  } catch {
    return text
  }
  // shown whole, in its ASCII form where letters could pass for others
  return <><a href={href} target='_blank' rel='noopener noreferrer nofollow' dir='ltr'>{readable(href)}</a>{text.slice(end)}</>
}

function inline (text: string, budget: { left: number }): Child[] {
  const parts: Child[] = []
  let at = 0
  for (const match of text.matchAll(INLINE)) {
    if (budget.left-- <= 0) {
      break
    }
    parts.push(text.slice(at, match.index))
    const [whole, code, bold, italic, struck] = match
    if (code != null) {
      parts.push(<code>{whole.slice(1, -1)}</code>)
    } else if (bold != null) {
      parts.push(<strong>{whole.slice(2, -2)}</strong>)
    } else if (italic != null) {
      parts.push(<em>{whole.slice(1, -1)}</em>)
    } else if (struck != null) {
      parts.push(<s>{whole.slice(2, -2)}</s>)
    } else {
      parts.push(link(whole))
    }
    at = match.index + whole.length
  }
  parts.push(text.slice(at))
  return parts
}

/** Bold, italic, code, quotes, lists and links of somebody's words, as elements: nothing of it is ever HTML. */
export function Markdown ({ text }: { text: string }): preact.JSX.Element {
  const blocks: Child[] = []
  const budget = { left: MAX_TOKENS }
  const lines = safeText(text).split('\n')
  const run = (from: number, marker: RegExp): string[] => {
    const taken = []
    for (let i = from; i < lines.length && budget.left >= 0 && marker.test(lines[i]); i++) {
      taken.push(lines[i].replace(marker, ''))
      budget.left--
    }
    return taken
  }
  for (let i = 0; i < lines.length; i++) {
    budget.left--
    if (budget.left < 0) {
      blocks.push(<p dir='auto'>{lines.slice(i).join('\n')}</p>)
      break
    }
    if (lines[i].startsWith('```')) {
      let until = i + 1
      while (until < lines.length && !lines[until].startsWith('```')) {
        until++
      }
      blocks.push(<pre tabIndex={0} dir='ltr'><code>{lines.slice(i + 1, until).join('\n')}</code></pre>)
      i = until
    } else if (/^> /.test(lines[i])) {
      const quoted = run(i, /^> /)
      i += quoted.length - 1
      blocks.push(<blockquote>{quoted.map(line => <p dir='auto'>{inline(line, budget)}</p>)}</blockquote>)
    } else if (/^[-*] \S/.test(lines[i])) {
      const items = run(i, /^[-*] (?=\S)/)
      i += items.length - 1
      blocks.push(<ul>{items.map(line => <li dir='auto'>{inline(line, budget)}</li>)}</ul>)
    } else {
      // a run of plain lines is one paragraph: fewer elements, same look (white-space: pre-wrap)
      const from = i
      while (i + 1 < lines.length && !/^(?:```|> |[-*] \S)/.test(lines[i + 1])) {
        i++
      }
      blocks.push(<p dir='auto'>{inline(lines.slice(from, i + 1).join('\n'), budget)}</p>)
    }
  }
  return <div class={`text${ONLY_EMOJI.test(text) ? ' only-emoji' : ''}`}>{blocks}</div>
}
