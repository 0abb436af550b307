// Builds the app into dist/web: a static folder, and a single HTML file that works from anywhere.
// The same sources give the same bytes; the hash of the single file is printed, and the page shows it.
//
//   --out DIR             another folder
//   UNDERTONE_HELPERS     relays that a page starts from, multiaddrs between commas; none by default
import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { build } from 'esbuild'
import { root } from './node.js'
import { slimmer } from './slim.js'

const OUT = process.argv.includes('--out') ? resolve(process.argv[process.argv.indexOf('--out') + 1]) : join(root, 'dist', 'web')
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
  absWorkingDir: root,
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

const sha256 = (data, encoding = 'hex') => createHash('sha256').update(data).digest(encoding)
const source = name => readFileSync(join(SOURCE, name), 'utf8')

/**
 * The page with what the build knows: its policy, where it starts from, which build it is.
 *
 * @param sources - of the policy
 * @param sources.script
 * @param sources.style
 * @param sources.image
 */
function page ({ script, style, image }) {
  const policy = `default-src 'none'; script-src ${script} 'wasm-unsafe-eval'; style-src ${style}; img-src ${image} data: blob:; media-src blob:; manifest-src 'self'; worker-src 'self' blob:; connect-src 'self' ws: wss:; base-uri 'none'; form-action 'none'`
  const helpers = (process.env.UNDERTONE_HELPERS ?? '').replace(/[^\w/.:,@-]/g, '')
  return source('index.html').replace('<meta charset="utf-8">', whole => `${whole}
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="undertone-build" content="${NO_HASH}">
<meta name="undertone-helpers" content="${helpers}">`)
}

/** Modules without which nobody talks: those, and all that they import; loaded beside each other instead of one after the other. */
const AT_ONCE = ['src/web/main.tsx', 'src/web/backend-page.ts', 'scripts/stand-ins/argon2.js']

function neededAtOnce ({ outputs }) {
  const found = new Set()
  const take = path => {
    if (!found.has(path)) {
      found.add(path)
      outputs[path].imports.filter(({ kind }) => kind === 'import-statement').forEach(({ path }) => { take(path) })
    }
  }
  Object.entries(outputs).filter(([, { entryPoint }]) => AT_ONCE.includes(entryPoint)).forEach(([path]) => { take(path) })
  return [...found].map(path => basename(path)).filter(name => name !== 'app.js').sort()
}

/** Stands where the hash of the whole will stand, while that is made. */
const NO_HASH = '0'.repeat(64)

rmSync(OUT, { recursive: true, force: true })
mkdirSync(OUT, { recursive: true })
const { metafile } = await build({ ...common, entryPoints: { app: join(SOURCE, 'main.tsx') }, outdir: OUT, splitting: true, chunkNames: 'part-[hash]', metafile: true })
await build({ entryPoints: [join(SOURCE, 'app.css')], outfile: join(OUT, 'app.css'), minify: true, logLevel: 'warning' })
for (const name of ['icon.svg', 'icon-192.png', 'icon-512.png', 'icon-maskable.png', 'manifest.webmanifest']) {
  copyFileSync(join(SOURCE, name), join(OUT, name))
}

// one file with everything inside: from a USB stick, from IPFS, from any web server
const whole = await build({ ...common, entryPoints: [join(SOURCE, 'main.tsx')], write: false, splitting: false, outfile: 'app.js' })
const script = whole.outputFiles[0].text.replaceAll('</script', '<\\/script')
const style = readFileSync(join(OUT, 'app.css'), 'utf8')
const icon = `data:image/svg+xml,${encodeURIComponent(source('icon.svg'))}`
const single = page({ script: `'sha256-${sha256(script, 'base64')}'`, style: `'sha256-${sha256(style, 'base64')}'`, image: '' })
  .replace('<link rel="icon" href="./icon.svg">', () => `<link rel="icon" href="${icon}">`)
  .replace('<link rel="stylesheet" href="./app.css">', () => `<style>${style}</style>`)
  .replace('<script type="module" src="./app.js"></script>', '')
  .replace('</body>', () => `<script type="module">${script}</script></body>`)
// whoever doubts a page puts the zeros back and hashes it
const hash = sha256(single)
writeFileSync(join(OUT, 'undertone.html'), single.replace(NO_HASH, hash))
const folder = page({ script: '\'self\'', style: '\'self\'', image: '\'self\'' })
  .replace('<link rel="icon" href="./icon.svg">', whole => `${whole}\n${neededAtOnce(metafile).map(path => `<link rel="modulepreload" href="./${path}">`).join('\n')}\n<link rel="apple-touch-icon" href="./icon-192.png">\n<link rel="manifest" href="./manifest.webmanifest">`)
writeFileSync(join(OUT, 'index.html'), folder.replace(NO_HASH, hash))
const files = ['./', ...readdirSync(OUT).filter(name => name !== 'undertone.html' && name !== 'index.html').sort().map(name => `./${name}`)]
writeFileSync(join(OUT, 'service-worker.js'), readFileSync(join(root, 'scripts', 'service-worker.js'), 'utf8')
  .replace('\'{{BUILD}}\'', JSON.stringify(hash))
  .replace('[/* {{FILES}} */]', JSON.stringify(files)))
console.error(`undertone.html ${hash}`)

if (process.argv.includes('--analyse')) {
  const inputs = Object.values(metafile.outputs).flatMap(output => Object.entries(output.inputs))
  const byPackage = new Map()
  for (const [path, { bytesInOutput }] of inputs) {
    const name = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? 'undertone'
    byPackage.set(name, (byPackage.get(name) ?? 0) + bytesInOutput)
  }
  console.table([...byPackage].sort((a, b) => b[1] - a[1]).slice(0, 30))
}
