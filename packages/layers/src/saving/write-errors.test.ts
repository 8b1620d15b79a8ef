import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cpu } from '@capas/backend-cpu';
import { StateError, useBackend } from '@capas/core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { dense } from '../layers/index.ts';
import { sequential } from '../models/sequential.ts';
import { loadModel } from './load-model.ts';

const folder = mkdtempSync(join(tmpdir(), 'capas-write-'));
beforeAll(() => useBackend(cpu({ prefer: ['js'] })));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const net = () => sequential([dense({ units: 2, inputShape: [2] })]);

test('a full disk: the error says so, the file that was there stays, and nothing lies beside it', async () => {
  const path = join(folder, 'full.keras');
  writeFileSync(path, 'what was there');
  const open = vi.spyOn(fs, 'open').mockImplementation(
    async () =>
      ({
        writeFile: async () => {
          throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
        },
        close: async () => {},
      }) as never,
  );
  const saving = net().save(path);
  await expect(saving).rejects.toThrow(StateError);
  await expect(saving).rejects.toThrow(/^save: cannot write '.*full\.keras': ENOSPC: no space left on device/);
  open.mockRestore();
  expect(readFileSync(path, 'utf8')).toBe('what was there');
  expect(readdirSync(folder)).toEqual(['full.keras']);
});

test.each(['EACCES: permission denied', 'EROFS: read-only file system'])(
  'a folder that takes nothing: %s',
  async (reason) => {
    const open = vi.spyOn(fs, 'open').mockRejectedValue(new Error(`${reason}, open`));
    await expect(net().save(join(folder, 'net.keras'))).rejects.toThrow(`net.keras': ${reason}`);
    open.mockRestore();
  },
);

test('a handler that fails in the middle gives its own error', async () => {
  const write = async () => {
    throw new Error('the connection was lost');
  };
  await expect(net().save({ write })).rejects.toThrow('the connection was lost');
});

test('a download that ends too early', async () => {
  let bytes = new Uint8Array();
  await net().save({
    write: async (all) => {
      bytes = Uint8Array.from(all);
    },
  });
  const half = new Blob([bytes.subarray(0, bytes.length / 2)]);
  await expect(loadModel(half)).rejects.toThrow('the file: this is no complete zip archive (it has no directory).');
});

test('a name does not make a file another one', async () => {
  const path = join(folder, 'net.h5');
  await net().save({ write: (bytes) => fs.writeFile(path, bytes) });
  expect((await loadModel(path)).layers).toHaveLength(1);
});
