#!/usr/bin/env node
// Compiles the native library with cargo and puts it where `find-library.ts` looks: native/capas-backend-cpu.<platform>.node.
// Without cargo it says so and succeeds: programs then run in WebAssembly. In a release, `--required` makes that an error,
// and `--target TARGET` compiles for another platform of platforms.mjs, through cargo-zigbuild where that is for Linux.
import { spawnSync } from 'node:child_process';
import { copyFileSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { libraryFile, platforms } from './platforms.mjs';

const folder = join(dirname(dirname(fileURLToPath(import.meta.url))), 'native');

const { values: options } = parseArgs({ options: { target: { type: 'string' }, required: { type: 'boolean' } } });
const { code, message } = build();
if (message) console.log(`native library: ${message}`);
process.exitCode = code;

/** @returns {{ code: number, message?: string }} */
function build() {
  const host = cargo('rustc', ['-vV']).stdout?.match(/^host: (.+)$/m)?.[1];
  if (!host) return without('there is no cargo here (https://rustup.rs)');
  const platform = platforms.find(({ target }) => target === (options.target ?? host));
  if (!platform) return without(`there is no name for the platform ${options.target ?? host}`);
  const fetched = cargo('cargo', ['fetch', '--locked', '--target', platform.target]);
  if (fetched.status !== 0)
    return without(`the crates that Cargo.lock names could not be had: ${lastLine(fetched.stderr)}`);
  const compiled = cargo('cargo', [...command(platform), '--message-format=json-render-diagnostics'], 'inherit');
  if (compiled.status !== 0) return { code: 1, message: 'it could not be compiled' };
  const target = join(folder, libraryFile(platform.name));
  // Whoever loads it meanwhile finds the old file or the new one.
  const draft = `${target}.${process.pid}`;
  copyFileSync(libraryIn(compiled.stdout), draft);
  renameSync(draft, target);
  return { code: 0 };
}

/** @param {import('./platforms.mjs').Platform} platform */
function command({ target, os, glibc }) {
  const what = ['--release', '--locked', '-p', 'capas-backend-cpu'];
  if (!options.target) return ['build', ...what];
  return [os === 'linux' ? 'zigbuild' : 'build', ...what, '--target', glibc ? `${target}.${glibc}` : target];
}

/** The path of the library in cargo's messages. @param {string} messages */
function libraryIn(messages) {
  const paths = messages
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line))
    .filter(({ reason, target }) => reason === 'compiler-artifact' && target.kind.includes('cdylib'))
    .flatMap(({ filenames }) => filenames);
  const path = paths.find((/** @type {string} */ name) => /\.(so|dylib|dll)$/.test(name));
  if (!path) throw new Error('cargo did not say where it put the library');
  return path;
}

/** @param {string} name @param {readonly string[]} args @param {'pipe' | 'inherit'} stderr */
function cargo(name, args, stderr = 'pipe') {
  return spawnSync(name, args, {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', stderr],
    maxBuffer: 1 << 28,
  });
}

/** Goes on without the library, unless it is required. @param {string} reason */
function without(reason) {
  return { code: options.required ? 1 : 0, message: `${reason}; programs run in WebAssembly` };
}

/** @param {string} text */
function lastLine(text) {
  return text.trim().split('\n').at(-1);
}
