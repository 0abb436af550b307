import { chromiumPath } from './scripts/chromium.js'

const executablePath = chromiumPath()

/** @type {import('aegir').PartialOptions} */
export default {
  test: {
    browser: {
      config: {
        ...(executablePath == null ? {} : { browserContextOptions: { executablePath, args: ['--no-sandbox', '--disable-gpu'] } })
      }
    }
  }
}
