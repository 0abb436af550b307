/**
 * Judgement as a subscription: lists and what they say, verdicts that explain themselves, reports
 * with evidence, charters and votes. Pure functions and values: the engine replicates lists as
 * rooms and asks for verdicts before anything is shown.
 *
 * @packageDocumentation
 */
export * from './classifier/index.ts'
export { checkCharter, tallyOf } from './charter.ts'
export type { Ballot, Charter, Tally } from './charter.ts'
export { checkEntry, checkOperation, decodeOperation, encodeOperation } from './entry.ts'
export type { EntryFields, ListOperation } from './entry.ts'
export { EntryIndex, MAX_PATTERNS } from './entry-index.ts'
export type { Judged } from './entry-index.ts'
export * from './errors.ts'
export { domainsOf, fold, skeleton, wordsOf } from './fold.ts'
export { readForeignList } from './formats.ts'
export type { ImportedList } from './formats.ts'
export { applyStatement, emptyList, MAX_ENTRIES } from './list-state.ts'
export type { ListState } from './list-state.ts'
export type * from './moderation-api.ts'
export { ACTIONS, REASONS, SEVERITY } from './reasons.ts'
export { encodeReport, isReport, verifyReport } from './report.ts'
export type { Report } from './report.ts'
export { verdictOf } from './verdict.ts'
export type { ReaderList } from './verdict.ts'
