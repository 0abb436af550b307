/**
 * Where patterns are compiled: RE2, linear time. A page has its own version of this module
 * (package.json, "browser"), which loads it when the first pattern appears.
 */
export { RE2JS } from 're2js'

/** What compiling throws while the engine is on its way. Never here. */
export const NOT_LOADED = 'PatternsNotLoadedError'

export async function loadPatterns (): Promise<void> {}

/** Calls once patterns can be compiled that could not before. */
export function onPatternsLoaded (_: () => void): void {}
