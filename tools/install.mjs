import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { capture, pnpm, root } from './process.mjs';

/** Installs what pnpm-lock.yaml names, unless node_modules already holds exactly that. */
export async function install() {
  if (isUpToDate()) return { code: 0, output: '' };
  console.log('Installing the packages that pnpm-lock.yaml names …');
  return pnpm(['install', '--frozen-lockfile', '--ignore-scripts'], { ...capture, env: { CI: '1' } });
}

/** pnpm leaves a copy of the lockfile it installed from beside the packages, as its last act. */
function isUpToDate() {
  const installed = join(root, 'node_modules/.pnpm/lock.yaml');
  if (!existsSync(installed)) return false;
  return readFileSync(installed, 'utf8') === readFileSync(join(root, 'pnpm-lock.yaml'), 'utf8');
}
