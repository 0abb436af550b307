// Mocha's usual text for people, and counts and names of what failed in a file for scripts/test.js.
const { writeFileSync } = require('node:fs')
const { relative } = require('node:path')
const { reporters } = require('mocha')

module.exports = class extends reporters.Spec {
  constructor (runner, options) {
    super(runner, options)
    const failures = []
    runner.on('fail', (test, error) => {
      failures.push({ file: relative(process.cwd(), test.file ?? ''), title: test.fullTitle(), message: String(error?.message ?? error).slice(0, 300) })
    })
    runner.once('end', () => {
      writeFileSync(options.reporterOptions.output, JSON.stringify({ passed: this.stats.passes, failed: this.stats.failures, pending: this.stats.pending, failures }))
    })
  }
}
