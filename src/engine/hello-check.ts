import { checkStamp, stampBits } from '../crypto/index.ts'
import { verifyAdmission } from '../wire/index.ts'
import type { RoomId, SignedMessage } from '../wire/index.ts'

/** 'unwelcome': good enough for a member whose policy asks for less, so nobody is punished for passing it on. */
export type HelloVerdict = 'good' | 'unwelcome' | 'forged'

/** A hello's stamp and invite, checked before it is taken: both cost more than a look. */
export async function checkHello (room: RoomId, { author, body }: SignedMessage, bits: number): Promise<HelloVerdict> {
  if (body.kind !== 'hello') {
    return 'good'
  }
  if (body.admission != null && await verifyAdmission(room, body.admission, author) == null) {
    return 'forged'
  }
  if (bits > 0 && !await checkStamp({ roomId: room, persona: author, bits, stamp: body.stamp })) {
    return stampBits(body.stamp) < bits ? 'unwelcome' : 'forged'
  }
  return 'good'
}
