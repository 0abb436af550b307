/**
 * The `undertone` command: reads arguments, runs one command, answers with an exit code (0 done,
 * 1 failed, 2 wrong usage). Data goes to stdout, everything else to stderr.
 *
 * @packageDocumentation
 */
import { Command, CommanderError, Option } from 'commander'
import { VERSION } from '../version.ts'
import { UsageError } from './errors.ts'
import { LOG_LEVELS, checkAddress, checkApp, checkListen, checkProxy, checkStun } from './options.ts'
import { keepHeapSmall } from './small-heap.ts'
import type { CommonOptions } from './options.ts'
import type { RelayOptions } from './relay.ts'

function collect (check: (text: string) => string): (text: string, before?: string[]) => string[] {
  return (text, before = []) => [...before, check(text)]
}

/** Options every command takes; each may stand before or after the command's name. */
function common (command: Command): Command {
  return command
    .option('--data <dir>', 'folder for what is kept (needs a passphrase)')
    .option('--memory', 'keep nothing on disk')
    .option('--passphrase-file <file>', 'file with the passphrase of the data')
    .addOption(new Option('--profile <profile>', 'how to reach others').choices(['public', 'private', 'lan', 'tor']).default('public'))
    .option('--bootstrap <multiaddr>', 'node to start from (repeatable)', collect(checkAddress))
    .option('--listen <multiaddr>', 'address to open (repeatable)', collect(checkListen))
    .option('--announce <multiaddr>', 'address that leads to a port of --listen from elsewhere, like /dns4/relay.example.org/tcp/443/tls/ws of a TLS proxy (repeatable)', collect(checkAddress))
    .option('--certificate <file>', 'certificate (PEM, with its chain) for /tls/ws in --listen')
    .option('--certificate-key <file>', 'its private key (PEM)')
    .addOption(new Option('--dht <dht>', 'which DHT to look in').choices(['own', 'amino', 'off']))
    .option('--proxy <url>', 'SOCKS5 proxy that everything goes through, like socks5://127.0.0.1:9050', checkProxy)
    .option('--shared-host', 'one host for all rooms: less memory, less privacy')
    .option('--stun <server>', 'STUN server that WebRTC may ask for this machine\'s address, like stun:host:3478 (repeatable; default: none)', collect(checkStun))
    .option('--app <url>', 'web address of the app that links of invites lead to', checkApp)
    .option('--classifier <where>', 'what labels texts: builtin, a model folder, or a model server on this machine like http://127.0.0.1:8080')
    .option('--classifier-model <name>', 'model that the server is asked for')
    .option('--json', 'machine-readable output')
    .addOption(new Option('--log <level>', 'what to write to stderr').choices([...LOG_LEVELS]).default('warn'))
}

export function createProgram (done: (code: number) => void): Command {
  const program = common(new Command('undertone'))
    .description('Group chat with no server and no accounts.')
    .version(VERSION)
    .option('--port <port>', 'port of the app on this machine (default: any)', wholePort)
    .option('--no-open', 'do not open the browser')
    // what is in excess is said to be no command, below
    .allowExcessArguments(true)
    .helpCommand(true)
    .action(async (options: CommonOptions & { open: boolean, port?: number }) => {
      if (program.args.length > 0) {
        throw new UsageError(`There is no command ${JSON.stringify(program.args[0])}. \`undertone --help\` lists those there are.`)
      }
      done(await (await import('./app.ts')).runApp(options))
    })

  const add = (name: string, description: string, run: (options: CommonOptions, ...args: string[]) => Promise<number>): Command => {
    const command = common(program.command(name)).description(description).allowExcessArguments(false)
    return command.action(async (...given: any[]) => {
      const args = given.slice(0, -2)
      done(await run(merged(program, command), ...args))
    })
  }
  add('rpc', 'JSON-RPC 2.0 on stdin and stdout, one object a line', async options => (await import('./rpc.ts')).runRpc(options))
  add('relay', 'volunteer as a relay and DHT server; prints its addresses', async options => (await import('./relay.ts')).runRelay(options as RelayOptions))
    .option('--keep <invite>', 'also hold this room\'s sealed messages for members who are away (repeatable)', collect(text => text))
    .option('--keep-days <n>', 'longest anything is kept, days', positive, 30)
    .option('--keep-size <n>', 'most that is kept of a room, MiB', positive)
  add('demo', 'three nodes on this machine find each other and talk', async options => (await import('./demo.ts')).runDemo(options))
  add('doctor', 'check clock, carriers, DHT and proxy, and say what to do', async options => (await import('./doctor.ts')).runDoctor(options))
  add('chat', 'talk in the terminal', async (options, target) => (await import('./chat.ts')).runChat(options, target)).argument('<invite or room name>')
  add('verify', 'verify a report or room file offline', async (options, file) => (await import('./verify.ts')).runVerify(options, file)).argument('<file>')
  return program
}

/** Options given before the command's name count as well; those after it win. */
function merged (program: Command, command: Command): CommonOptions {
  const options: Record<string, unknown> = { ...command.opts() }
  for (const [name, value] of Object.entries(program.opts())) {
    const source = command.getOptionValueSource(name)
    if (program.getOptionValueSource(name) === 'cli' && (source == null || source === 'default')) {
      options[name] = value
    }
  }
  return options as unknown as CommonOptions
}

function positive (text: string): number {
  const value = Number(text)
  if (!(value > 0)) {
    throw new UsageError(`${JSON.stringify(text)} is not a number above 0.`)
  }
  return value
}

function wholePort (text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) {
    throw new UsageError('--port must be a number from 0 to 65535.')
  }
  return Number(text)
}

async function runLine (args: string[]): Promise<number> {
  let code = 0
  const program = createProgram(result => { code = result })
  const quiet = (command: Command): void => {
    command.exitOverride()
    command.commands.forEach(quiet)
  }
  quiet(program)
  try {
    await program.parseAsync(args, { from: 'user' })
    return code
  } catch (error: any) {
    if (error instanceof CommanderError) {
      // commander has printed what was wrong; help and version are no errors
      return error.exitCode === 0 ? 0 : 2
    }
    process.stderr.write(`undertone: ${error?.message ?? String(error)}\n`)
    if (process.env.UNDERTONE_STACK === '1') {
      process.stderr.write(`${error?.stack}\n`)
    }
    return error?.name === 'UsageError' || error?.name === 'InvalidParametersError' ? 2 : 1
  }
}

/** Runs one command line; never rejects. */
export async function main (args: string[]): Promise<number> {
  // before a command loads what it needs
  keepHeapSmall()
  // who reads the output may go away at any time; what could not be written for another reason is missed by somebody
  let unwritten: string | undefined
  process.stdout.on('error', (error: NodeJS.ErrnoException) => { unwritten ??= error.code === 'EPIPE' ? undefined : error.message })
  process.stderr.on('error', () => {})
  const code = await runLine(args)
  // the last write fails after it was made
  await new Promise(resolve => { setImmediate(resolve) })
  if (unwritten != null) {
    process.stderr.write(`undertone: The output could not be written: ${unwritten}.\n`)
    return 1
  }
  return code
}
