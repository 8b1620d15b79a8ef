import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the repository. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** @param {string} path */
export const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

/** Options of `run` that keep the output instead of showing it. */
export const capture = /** @type {const} */ ({ show: false });

/**
 * A command, run to its end. It gets no standard input unless it may ask: nothing else here waits for an answer.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: Record<string, string>, show?: boolean, ask?: boolean }} [options]
 * @returns {Promise<{ code: number, output: string }>} `output` is empty where it was shown
 */
export function run(command, args, { cwd = root, env = {}, show = true, ask = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, [...args], {
      cwd,
      env: { ...quietEnvironment(), ...env },
      stdio: [ask ? 'inherit' : 'ignore', show ? 'inherit' : 'pipe', show ? 'inherit' : 'pipe'],
      shell: process.platform === 'win32' && !command.endsWith('.exe'),
    });
    let output = '';
    const keep = (/** @type {Buffer} */ chunk) => {
      output += chunk;
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    child.on('error', (error) => resolve({ code: 127, output: `${output}${command}: ${error.message}\n` }));
    child.on('close', (code, signal) =>
      resolve({ code: code ?? 1, output: signal ? `${output}ended by ${signal}\n` : output }),
    );
  });
}

/**
 * pnpm of the version that package.json pins: the one that started us if it is that, else through npx.
 *
 * @param {readonly string[]} args
 * @param {Parameters<typeof run>[2]} [options]
 */
export async function pnpm(args, options) {
  const path = await pnpmPath();
  return process.platform === 'win32'
    ? run('npx', ['--yes', pinnedPnpm(), ...args], options)
    : run('sh', ['-c', 'exec "$0" "$@"', path, ...args], options);
}

/**
 * A task of turbo.json, in one package and all it depends on, or in every package.
 *
 * @param {string} task
 * @param {string} [filter] the name of a package
 */
export async function turbo(task, filter) {
  const scope = filter ? [`--filter=${filter}`] : [];
  const args = ['run', task, '--output-logs=errors-only', ...scope];
  if (process.platform === 'win32') return pnpm(['exec', 'turbo', ...args], capture);
  const PATH = `${join(root, 'tools/bin')}:${process.env.PATH}`;
  return tool('turbo', args, { ...capture, env: { PATH, CAPAS_PNPM: await pnpmPath() } });
}

const pinnedPnpm = () => /** @type {string} */ (readJson(join(root, 'package.json')).packageManager);

/** Where pnpm is; npx downloads it first if need be. */
async function pnpmPath() {
  if (process.platform === 'win32') return '';
  const where = 'command -v pnpm';
  const agent = `${pinnedPnpm().replace('@', '/')} `;
  const { code, output } = process.env.npm_config_user_agent?.startsWith(agent)
    ? await run('sh', ['-c', where], capture)
    : await run('npx', ['--yes', `--package=${pinnedPnpm()}`, '-c', where], capture);
  const path = output.trim().split('\n').at(-1);
  if (code !== 0 || !path) throw new Error(`${pinnedPnpm()} could not be had through npx:\n${output}`);
  return path;
}

/** A development tool of the root package.json, run by this Node: no shell, no PATH. */
export function tool(
  /** @type {string} */ name,
  /** @type {readonly string[]} */ args,
  /** @type {Parameters<typeof run>[2] & { bin?: string }} */ options = {},
) {
  const folder = join(root, 'node_modules', name);
  const { bin } = readJson(join(folder, 'package.json'));
  const path = typeof bin === 'string' ? bin : (bin[options.bin ?? ''] ?? Object.values(bin)[0]);
  return run(process.execPath, [join(folder, path), ...args], options);
}

/** Ends this process with the output and the code of a command that failed. */
export async function exitWith(/** @type {ReturnType<typeof run>} */ running) {
  const { code, output } = await running;
  if (code === 0) return;
  process.stderr.write(output);
  process.exit(code);
}

/**
 * The environment for children: nobody is asked, nothing phones home, and settings that npm or pnpm passed to this
 * script do not reach the package managers it starts.
 */
function quietEnvironment() {
  const kept =
    /^npm_config_(registry|cache|userconfig|globalconfig|offline|prefer_offline|user_agent|cafile|ca|strict_ssl|(https?_?|no)?proxy)$/i;
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_(config|package|lifecycle)_/i.test(name) || kept.test(name)),
  );
  return {
    ...env,
    TURBO_TELEMETRY_DISABLED: '1',
    TURBO_NO_UPDATE_NOTIFIER: '1',
    DO_NOT_TRACK: '1',
    NPM_CONFIG_UPDATE_NOTIFIER: 'false',
    NO_UPDATE_NOTIFIER: '1',
  };
}
