import { Browsers } from './browser.ts'
import { Nodes } from './nodes.ts'
import type { BrowsersInit } from './browser.ts'

export interface OnStageInit extends BrowsersInit {
  /** complaints of pages that these tests provoke; any other fails the test it came in */
  expected?: RegExp
}

/** A browser and real processes for the tests of the `describe` that calls this, and only for them. */
export function onStage ({ expected, ...init }: OnStageInit = {}): { browsers: Browsers, nodes: Nodes } {
  const browsers = new Browsers(init)
  const nodes = new Nodes()
  before(async () => { await browsers.start() })
  afterEach(() => { browsers.check(expected) })
  after(async () => {
    await browsers.stop()
    await nodes.stop()
  })
  return { browsers, nodes }
}
