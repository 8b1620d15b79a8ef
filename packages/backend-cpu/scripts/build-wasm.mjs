#!/usr/bin/env node
// Compiles the AssemblyScript of wasm/ twice, with and without relaxed SIMD, into src/wasm/executor/wasm-code.mjs:
// base64, so that no bundler has a file to copy. Does nothing where that file is newer than what it is made of.
import { mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const sources = join(root, 'wasm');
const target = join(root, 'src/wasm/executor/wasm-code.mjs');

/** Compiles if the sources are newer than the code: before tests, and on its own. */
export async function setup() {
  if (await isUpToDate()) return;
  const folder = await mkdtemp(join(tmpdir(), 'capas-wasm-'));
  try {
    const [relaxed, plain] = [await compile(folder, true), await compile(folder, false)];
    const text = [
      '// Written by scripts/build-wasm.mjs.',
      `export const relaxed = '${relaxed.toString('base64')}';`,
      `export const plain = '${plain.toString('base64')}';`,
      '',
    ].join('\n');
    // whoever reads meanwhile finds the old file or the new one
    const draft = `${target}.${process.pid}`;
    await writeFile(draft, text);
    await rename(draft, target);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function isUpToDate() {
  const made = await stat(target).catch(() => undefined);
  if (!made) return false;
  const names = (await readdir(sources)).map((name) => join(sources, name));
  const times = await Promise.all([...names, fileURLToPath(import.meta.url)].map((name) => stat(name)));
  return times.every(({ mtimeMs }) => mtimeMs < made.mtimeMs);
}

/** @param {string} folder @param {boolean} relaxed */
async function compile(folder, relaxed) {
  const { default: asc } = await import('assemblyscript/asc');
  const file = join(folder, `${relaxed ? 'relaxed' : 'plain'}.wasm`);
  const features = ['simd', 'threads', ...(relaxed ? ['relaxed-simd'] : [])].flatMap((name) => ['--enable', name]);
  // the memory may be shared or not: whoever starts the code says which
  const memory = ['--importMemory', '--maximumMemory', '65535'];
  const options = ['--runtime', 'stub', '--noAssert', '-O2', ...memory, ...features];
  const { error, stderr } = await asc.main(['index.ts', '--baseDir', sources, '--outFile', file, ...options]);
  if (error) throw new Error(`The AssemblyScript of ${sources} could not be compiled: ${error.message}\n${stderr}`);
  return readFile(file);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await setup();
