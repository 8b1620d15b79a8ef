#!/usr/bin/env node
// The one door to the repository: needs Node and npm, brings pnpm through npx, asks nothing.
//   node tools/run.mjs COMMAND [arguments], where package.json's scripts name the commands
import { install } from './install.mjs';
import { exitWith, pnpm, root, run, turbo } from './process.mjs';

/** A built program of ours, with the user's arguments, in the terminal. */
const program = (/** @type {string} */ path, /** @type {readonly string[]} */ args) =>
  exitWith(run(process.execPath, [path, ...args]));

/** A tool of node_modules, with pnpm beside it in the PATH; these may ask. */
const exec = (/** @type {string} */ name, /** @type {readonly string[]} */ args) =>
  exitWith(pnpm(['exec', name, ...args], { ask: true }));

const commands = /** @type {Record<string, (args: readonly string[]) => Promise<void>>} */ ({
  async start(args) {
    await exitWith(turbo('build', '@capas/examples'));
    await program('apps/examples/dist/run.js', ['mnist', ...args]);
  },
  async check(args) {
    const { check } = await import('./check/check.mjs');
    process.exitCode = await check(args);
  },
  build: () => exitWith(turbo('build')),
  async examples(args) {
    await exitWith(turbo('build', '@capas/examples'));
    await program('apps/examples/dist/run.js', args);
  },
  async goldens(args) {
    await exitWith(turbo('build', '@capas/goldens'));
    await program('tools/goldens/dist/cli.js', args);
  },
  /** Times of training steps, beside those of others. */
  async bench(args) {
    await exitWith(turbo('build', '@capas/bench'));
    await program('bench/bench.mjs', args);
  },
  /** Writes the numbers of the instruction stream for the executors. */
  async codes() {
    const { writeCodes } = await import('./codes.mjs');
    await writeCodes();
  },
  /** Writes docs/parity.md. */
  async parity(args) {
    await exitWith(turbo('build', '@capas/transfer'));
    await exitWith(turbo('build', '@capas/datasets'));
    const { parity } = await import('./parity.mjs');
    await parity(args);
  },
  /** Python Keras opens our files, and we its. */
  async judge(args) {
    const { judge } = await import('./keras/judge.mjs');
    process.exitCode = await judge(args);
  },
  async fuzz(args) {
    const { fuzz } = await import('./fuzz.mjs');
    await fuzz('programs', args);
  },
  async 'fuzz:files'(args) {
    const { fuzz } = await import('./fuzz.mjs');
    await fuzz('files', args);
  },
  format: (args) => exec('biome', ['check', '--write', ...(args.length > 0 ? args : ['.'])]),
  /** Nothing more than what comes before every command. */
  install: async () => {},
  changeset: (args) => exec('changeset', args),
  /** Turns the changesets into version numbers and change logs. */
  async version() {
    await exec('changeset', ['version']);
    await exitWith(pnpm(['install', '--lockfile-only', '--ignore-scripts']));
    await exec('biome', ['format', '--write', 'packages']);
  },
  async release() {
    const { release } = await import('./release/release.mjs');
    await release();
  },
});

const [name = '', ...rest] = process.argv.slice(2);
if (!Object.hasOwn(commands, name)) {
  console.error(`Usage: node tools/run.mjs <${Object.keys(commands).join('|')}> [arguments]`);
  process.exit(2);
}
process.chdir(root);
const installed = await install();
if (installed.code !== 0) {
  console.error(installed.output);
  // Whoever reads the summary of a check finds one here too.
  if (name === 'check') console.log('0 passed, 1 failed');
  process.exit(installed.code);
}
// npm and pnpm hand `-- --flag` on; pnpm also hands on the `--` itself.
await commands[name]?.(rest[0] === '--' ? rest.slice(1) : rest);
