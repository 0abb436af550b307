// Builds the app into dist/web: a static folder, and a single HTML file that works from anywhere.
// The same sources give the same bytes; the hash of the single file is printed.
import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { root } from './node.js'
import { slimmer } from './slim.js'

const OUT = join(root, 'dist', 'web')
const SOURCE = join(root, 'src', 'web')
const { browser } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

/** package.json's "browser" map names built files; the page is bundled from their sources. */
const replacements = new Map(Object.entries(browser).map(([from, to]) => [from, to].map(each => join(root, each.replace('./dist/', '').replace(/\.js$/, '.ts')))))

const browserModules = {
  name: 'browser-modules',
  setup ({ onResolve }) {
    onResolve({ filter: /^\.\.?\/.*\.[jt]sx?$/ }, ({ path, resolveDir }) => {
      const typescript = join(resolveDir, path).replace(/\.[jt]sx?$/, '.ts')
      if (!typescript.startsWith(join(root, 'src'))) {
        return undefined
      }
      const found = [replacements.get(typescript), typescript, `${typescript}x`].find(each => each != null && existsSync(each))
      return found == null ? undefined : { path: found }
    })
  }
}

const common = {
  bundle: true,
  format: 'esm',
  target: 'es2022',
  minify: true,
  conditions: ['browser', 'module', 'import'],
  mainFields: ['browser', 'module', 'main'],
  plugins: [browserModules, slimmer],
  jsx: 'automatic',
  jsxImportSource: 'preact',
  legalComments: 'none',
  charset: 'utf8',
  logLevel: 'warning',
  define: { 'process.env.NODE_ENV': '"production"', global: 'globalThis' }
}

rmSync(OUT, { recursive: true, force: true })
mkdirSync(OUT, { recursive: true })
const { metafile } = await build({ ...common, entryPoints: { app: join(SOURCE, 'main.tsx') }, outdir: OUT, splitting: true, chunkNames: 'part-[hash]', metafile: true })
await build({ entryPoints: [join(SOURCE, 'app.css')], outfile: join(OUT, 'app.css'), minify: true, logLevel: 'warning' })
copyFileSync(join(SOURCE, 'index.html'), join(OUT, 'index.html'))
copyFileSync(join(SOURCE, 'icon.svg'), join(OUT, 'icon.svg'))

// one file with everything inside: from a USB stick, from IPFS, from any web server
const whole = await build({ ...common, entryPoints: [join(SOURCE, 'main.tsx')], write: false, splitting: false, outfile: 'app.js' })
const script = whole.outputFiles[0].text.replaceAll('</script', '<\\/script')
const style = readFileSync(join(OUT, 'app.css'), 'utf8')
const hash = text => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
const icon = `data:image/svg+xml,${encodeURIComponent(readFileSync(join(SOURCE, 'icon.svg'), 'utf8'))}`
const policy = `default-src 'none'; script-src ${hash(script)} 'wasm-unsafe-eval'; style-src ${hash(style)}; img-src data: blob:; media-src blob:; connect-src ws: wss: http: https: data:; base-uri 'none'; form-action 'none'`
const single = readFileSync(join(SOURCE, 'index.html'), 'utf8')
  .replace('<meta charset="utf-8">', () => `<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="${policy}">`)
  .replace('<link rel="icon" href="./icon.svg">', () => `<link rel="icon" href="${icon}">`)
  .replace('<link rel="stylesheet" href="./app.css">', () => `<style>${style}</style>`)
  .replace('<script type="module" src="./app.js"></script>', '')
  .replace('</body>', () => `<script type="module">${script}</script></body>`)
writeFileSync(join(OUT, 'undertone.html'), single)
console.error(`undertone.html ${createHash('sha256').update(single).digest('hex')}`)

if (process.argv.includes('--analyse')) {
  const inputs = Object.values(metafile.outputs).flatMap(output => Object.entries(output.inputs))
  const byPackage = new Map()
  for (const [path, { bytesInOutput }] of inputs) {
    const name = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? 'undertone'
    byPackage.set(name, (byPackage.get(name) ?? 0) + bytesInOutput)
  }
  console.table([...byPackage].sort((a, b) => b[1] - a[1]).slice(0, 30))
}
