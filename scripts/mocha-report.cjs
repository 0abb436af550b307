// Mocha's usual text for people, and counts in a file for scripts/test.js.
const { writeFileSync } = require('node:fs')
const { reporters } = require('mocha')

module.exports = class extends reporters.Spec {
  constructor (runner, options) {
    super(runner, options)
    runner.once('end', () => {
      writeFileSync(options.reporterOptions.output, JSON.stringify({ passed: this.stats.passes, failed: this.stats.failures, pending: this.stats.pending }))
    })
  }
}
