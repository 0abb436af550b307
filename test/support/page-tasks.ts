import type { Browser, Page } from 'playwright-core'

/**
 * Has a browser write down every task of pages' main threads from now on. Answers how to end it, with what
 * each took of a core in ms: waiting for one does not count, so that others on the machine change nothing.
 *
 * @param page - of that browser
 * @param processes - of the pages that count
 */
export async function traceTasks (page: Page, processes: number[]): Promise<() => Promise<number[]>> {
  const session = await (page.context().browser() as Browser).newBrowserCDPSession()
  const mains = new Set<string>()
  const found: Array<{ thread: string, ms: number }> = []
  session.on('Tracing.dataCollected', ({ value }) => {
    for (const { name, ph, pid, tid, tdur, args } of value as any[]) {
      if (name === 'thread_name' && args.name === 'CrRendererMain') {
        mains.add(`${pid} ${tid}`)
      } else if (name === 'ThreadControllerImpl::RunTask' && ph === 'X' && tdur != null) {
        found.push({ thread: `${pid} ${tid}`, ms: tdur / 1_000 })
      }
    }
  })
  const ended = new Promise<void>(resolve => { session.once('Tracing.tracingComplete', () => { resolve() }) })
  const traceConfig = { recordMode: 'recordUntilFull', includedCategories: ['toplevel'], excludedCategories: ['*'], includedProcessIds: processes }
  await session.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig: traceConfig as any })
  return async () => {
    await session.send('Tracing.end')
    await ended
    await session.detach()
    return found.filter(({ thread }) => mains.has(thread)).map(({ ms }) => ms)
  }
}
