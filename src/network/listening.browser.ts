/** Pages listen at relays and by their signals alone: no port is theirs. */
export async function openElsewhere (): Promise<void> {}

export function portsOf (): Record<string, number> { return {} }
