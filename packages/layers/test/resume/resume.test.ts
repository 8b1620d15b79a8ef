import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cpu } from '@capas/backend-cpu';
import { afterAll, describe, expect, test } from 'vitest';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const isBuilt = existsSync(here('../../dist/index.js'));
if (!isBuilt) console.warn('resumed training: skipped, the packages are not built (npm run build)');
const native = (await cpu({ prefer: ['native'] })[0]!.probe()).ok;

const folder = mkdtempSync(join(tmpdir(), 'capas-resume-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Trains in a process of its own, which is killed after so many batches; resolves to what it printed at its end, if it came to that. */
function train(directory: string, backend: string, batches = Number.POSITIVE_INFINITY): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [here('train.mjs'), directory, backend], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [output, errors, seen] = ['', '', 0];
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk;
      seen += chunk.filter((byte) => byte === 10).length;
      if (seen >= batches) child.kill('SIGKILL');
    });
    child.stderr.on('data', (chunk: Buffer) => {
      errors += chunk;
    });
    child.on('close', (code) => {
      const [, result] = /^done (.*)$/m.exec(output) ?? [];
      if (code === 0 || code === null) resolve(result);
      else reject(new Error(`the program ended with ${code}: ${errors}`));
    });
  });
}

describe.skipIf(!isBuilt)('a run that is killed and started again', () => {
  test.each(['js', ...(native ? ['native'] : [])])(
    'has the losses, weights and rows of one that never was, bit for bit: on %s',
    async (backend) => {
      const [whole, torn] = ['whole', 'torn'].map((name) => mkdtempSync(join(folder, `${name}-`)));
      const expected = await train(whole!, backend);
      let result: string | undefined;
      let kills = 0;
      // 96 batches in all; each life lasts some of them, also fewer than there are between two backups
      for (; result === undefined; kills++) result = await train(torn!, backend, [3, 11, 14, 8, 19][kills % 5]);
      expect(kills).toBeGreaterThan(8);
      expect(result).toBe(expected);
      expect(readFileSync(join(torn!, 'run.csv'), 'utf8')).toBe(readFileSync(join(whole!, 'run.csv'), 'utf8'));
      expect(readdirSync(torn!)).toEqual(['run.csv']);
    },
    120_000,
  );
});
