/** A record is gone at the millisecond it names, not after it. */
export function isExpired (record: { expires?: number }, now: number): boolean {
  return record.expires != null && record.expires <= now
}
