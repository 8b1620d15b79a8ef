#!/usr/bin/env node
// The tests under another version of Node, which is installed into a temporary folder and removed again:
//   node tools/node-leg.mjs [24] [arguments of vitest]
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { install } from './install.mjs';
import { capture, exitWith, root, run } from './process.mjs';

const [version = '24', ...args] = process.argv.slice(2).filter((arg) => arg !== '--');
if (!/^\d+(\.\d+){0,2}$/.test(version)) {
  console.error('Usage: node tools/node-leg.mjs [version of Node, such as 24] [arguments of vitest]');
  process.exit(2);
}
process.chdir(root);
await exitWith(install());
const folder = mkdtempSync(join(tmpdir(), 'capas-node-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

// The npm package `node` fetches its program in an install script; the package of one platform just holds it.
const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
writeFileSync(join(folder, 'package.json'), '{ "private": true }');
const quiet = ['--ignore-scripts', '--no-audit', '--no-fund'];
await exitWith(run('npm', ['install', ...quiet, `${name}@${version}`], { ...capture, cwd: folder }));
const node = join(folder, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
await exitWith(run(node, ['--version']));
await exitWith(run(node, [join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...args]));
