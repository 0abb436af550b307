import { mentionOf } from './mentions.ts'
import { isPlain } from './plain-text.ts'
import type { ChatMessage, MemberInfo, RoomInfo } from './api.ts'
import type { RoomCore } from './room-core.ts'
import type { Verdict } from '../moderation/moderation-api.ts'
import type { PersonaId, SignedMessage } from '../wire/index.ts'

/** What the reader's lists make of things; implemented by engine/judgement.ts. */
export interface Judge {
  message (core: RoomCore, message: SignedMessage, text: string): Verdict | null
  persona (core: RoomCore, persona: PersonaId): Verdict | null
  /** a picture was opened: its bytes, or its perceptual hash */
  picture (core: RoomCore, message: SignedMessage, seen: Uint8Array | string): Promise<string | undefined>
  /** whether hidden messages are left out unless they are asked for */
  readonly hides: boolean
}

/** Messages that wait to be read and are judged to be counted; further ones count as they are. */
const MAX_JUDGED_UNREAD = 2_000

/** Out of sight: not shown, not counted, not notified. */
export function isHidden (verdict: Verdict | null): boolean {
  return verdict?.action === 'hide' || verdict?.action === 'mute'
}

/** A message's words as they are shown: its author's last edit counts. */
export function textOf (core: RoomCore, message: SignedMessage): string {
  const edit = core.timeline.annotations(message.id)?.edits.get(message.author)
  const { body } = message
  if (edit?.body.kind === 'edit') {
    return edit.body.text
  }
  return body.kind === 'text' || body.kind === 'reply' || body.kind === 'attachment' ? body.text : ''
}

/** A message as a person sees it: edits, reactions, names and verdict applied. */
export function showMessage (core: RoomCore, message: SignedMessage, judge: Judge): ChatMessage {
  const { timeline, roster } = core
  const notes = timeline.annotations(message.id)
  const { body } = message
  const edit = notes?.edits.get(message.author)
  const deleted = notes?.deletions.has(message.author) === true || (roster.get(message.author)?.burned === true && core.isSelf(message.author))
  let text = ''
  if (!deleted && (body?.kind === 'text' || body?.kind === 'reply' || body?.kind === 'attachment')) {
    text = edit?.body?.kind === 'edit' ? edit.body.text : body.text ?? ''
  }
  const self = core.isSelf(message.author)
  const reactions = []
  if (notes != null && !deleted) {
    for (const [emoji, personas] of notes.reactions) {
      const list = [...personas].filter(([, reaction]) => reaction.body?.kind === 'reaction' && !reaction.body.remove).map(([persona]) => persona)
      // what no reaction of ours can be would change how the line reads in which it stands
      if (list.length > 0 && isPlain(emoji)) {
        reactions.push({ emoji, personas: list })
      }
    }
  }
  return {
    id: message.id,
    room: core.id,
    author: message.author,
    self,
    petname: roster.petname(message.author),
    sequence: message.sequence,
    time: message.time,
    kind: body?.kind ?? 'unknown',
    text,
    replyTo: body?.kind === 'reply' ? body.to : null,
    edited: edit != null && !deleted,
    deleted,
    reactions,
    attachments: body?.kind === 'attachment' && !deleted
      ? [{ id: message.id, name: body.name, type: body.type, size: body.size }]
      : [],
    verdict: self ? null : judge.message(core, message, text),
    mention: deleted ? null : mentionOf(core, message),
    delivery: self ? core.voice.delivery(message.id) : 'heard'
  }
}

export function showRoom (core: RoomCore, judge: Judge, keepers: number): RoomInfo {
  const { state, timeline } = core
  let unread = 0
  for (let i = timeline.visible.length - 1, judged = 0; i >= 0 && timeline.visible[i].time > state.read; i--) {
    const message = timeline.visible[i]
    if (!core.isSelf(message.author)) {
      unread += judged++ < MAX_JUDGED_UNREAD && isHidden(judge.message(core, message, textOf(core, message))) ? 0 : 1
    }
  }
  return {
    room: state.room,
    name: state.name,
    kind: state.kind,
    persona: core.self,
    founder: state.founder,
    policy: state.policy,
    // one's own hello may still be on its way
    members: core.roster.size + (core.roster.has(core.self) ? 0 : 1),
    unread,
    connected: core.compartment?.members().length ?? 0,
    keepers,
    mentions: state.mentions ?? 'everyone'
  }
}

export function showMembers (core: RoomCore, judge: Judge): MemberInfo[] {
  const known = core.roster.all().filter(member => !member.burned).map(member => ({
    persona: member.persona,
    petname: core.roster.petname(member.persona),
    self: member.persona === core.self,
    firstSeen: member.firstSeen,
    invitedBy: member.invitedBy,
    branch: member.branch,
    label: core.state.labels?.[member.branch ?? ''] ?? null,
    verdict: member.persona === core.self ? null : judge.persona(core, member.persona)
  }))
  return core.roster.has(core.self)
    ? known
    : [{ persona: core.self, petname: core.roster.petname(core.self), self: true, firstSeen: core.state.joined, invitedBy: null, branch: null, label: null, verdict: null }, ...known]
}
