#!/usr/bin/env node
// Makes a virtual environment with what `pnpm bench` compares with: `pnpm bench:setup [FOLDER]`, `out/bench-python` by default.
// It needs Python 3.11 or later (`CAPAS_PYTHON`, `python3` by default) and takes some 7 GB.
import { spawnSync } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pythonIn } from './find-python.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const folder = resolve(process.argv[2] ?? join(here, '../../out/bench-python'));
const run = (command, ...args) => {
  const { status } = spawnSync(command, args, { stdio: 'inherit' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed.`);
};
run(process.env.CAPAS_PYTHON ?? 'python3', '-m', 'venv', folder);
run(pythonIn(folder), '-m', 'pip', 'install', '-r', join(here, 'requirements.txt'));
console.log(`pnpm bench --python ${pythonIn(folder)}`);
