import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cpu } from '@capas/backend-cpu';
import { useBackend } from '@capas/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadModel } from '../../src/index.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const isBuilt = existsSync(here('../../dist/index.js'));
if (!isBuilt) console.warn('killed while saving: skipped, the packages are not built (npm run build)');

const KILLS = Number(process.env.CAPAS_KILLS ?? 10);
const folder = mkdtempSync(join(tmpdir(), 'capas-kill-'));
beforeAll(() => useBackend(cpu({ prefer: ['js'] })));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a process that saves again and again, and kills it so many milliseconds after it has saved once. */
function saveAndKill(path: string, delay: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [here('save-often.mjs'), path], { stdio: ['ignore', 'pipe', 'inherit'] });
    let wasKilled = false;
    child.stdout.once('data', () =>
      setTimeout(() => {
        wasKilled = child.kill('SIGKILL');
      }, delay),
    );
    child.on('close', () => (wasKilled ? resolve() : reject(new Error('the program ended by itself'))));
  });
}

describe.skipIf(!isBuilt)('a process that is killed while it saves a model', () => {
  test(`leaves a whole file, ${KILLS} times`, { timeout: 10_000 + KILLS * 20_000 }, async () => {
    const path = join(folder, 'model.keras');
    for (let i = 0; i < KILLS; i++) {
      await saveAndKill(path, (i * 7) % 50);
      const model = await loadModel(path);
      // all of one save: every weight has the same value
      const values = new Set(model.weights.flatMap(({ value }) => Array.from(new Set(value.dataSync()))));
      expect(values.size).toBe(1);
      model.dispose();
    }
    expect(readdirSync(folder).filter((name) => !name.endsWith('.part'))).toEqual(['model.keras']);
  });
});
