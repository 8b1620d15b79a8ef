import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type FileServer, serveFile } from '../../test/file-server.ts';
import { bytes, latin1, ndarray, short } from '../../test/pickle-bytes.ts';
import { type CifarFiles, loadCifar } from './cifar.ts';

/** A batch of one image: red is 1 everywhere, green 2, blue the pixel's number; label 7. */
const planes = [...Array(1024).fill(1), ...Array(1024).fill(2), ...Array.from({ length: 1024 }, (_, i) => i & 255)];
const data = ndarray(1, 'u1', [0x54, 0, 12, 0, 0, ...planes]);
const BATCH = bytes(
  ...[0x80, 2, 0x7d, 0x28, ...short('data'), ...data, ...short('labels'), 0x5d, 0x4b, 7, 0x61, 0x75, 0x2e],
);

let home: string;
let server: FileServer;
let files: CifarFiles;

/** An archive with the given members. */
const pack = (members: Readonly<Record<string, Uint8Array>>): Uint8Array => {
  for (const [name, content] of Object.entries(members)) {
    mkdirSync(join(home, name, '..'), { recursive: true });
    writeFileSync(join(home, name), content);
  }
  execFileSync('tar', ['-czf', 'packed.tar.gz', ...Object.keys(members)], { cwd: home });
  return readFileSync(join(home, 'packed.tar.gz'));
};

const serve = async (archive: Uint8Array): Promise<void> => {
  server = await serveFile({ body: archive });
  const md5 = createHash('md5').update(BATCH).digest('hex');
  files = {
    name: 'cifar10',
    archive: {
      origin: `${server.url}/cifar.tar.gz`,
      fname: 'set_archive',
      sha256: createHash('sha256').update(archive).digest('hex'),
    },
    folder: 'set',
    train: { one: md5, two: md5 },
    test: { test: md5 },
    trainCount: 2,
  };
};

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'capas-cifar-'));
  vi.stubEnv('KERAS_HOME', join(home, 'keras'));
  vi.stubEnv('CAPAS_DATA_DIR', '');
  vi.stubEnv('CAPAS_DATA_MIRROR', '');
});

afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await server.close();
  rmSync(home, { recursive: true });
});

const load = (labelKey = 'labels'): ReturnType<typeof loadCifar> =>
  loadCifar(files, labelKey, { onProgress: () => {} });

describe('a CIFAR set', () => {
  it('is read from the whole archive, planes turned to pixels with the channels last', async () => {
    await serve(pack({ 'set/one': BATCH, 'set/two': BATCH, 'set/test': BATCH }));
    const { train, test } = await load();
    expect([train.x.shape, train.y.shape, test.x.shape]).toEqual([
      [2, 32, 32, 3],
      [2, 1],
      [1, 32, 32, 3],
    ]);
    // pixel (1, 2) of the second image is number 34
    expect(train.x.at(1).at(1).at(2).toArray()).toEqual([1, 2, 34]);
    expect(train.y.toArray()).toEqual([[7], [7]]);
    await load();
    expect(server.paths).toEqual(['/cifar.tar.gz']);
  });

  it('is read from CAPAS_DATA_DIR, without the batches that are missing, which is said once', async () => {
    await serve(pack({ 'set/two': BATCH, 'set/test': BATCH }));
    vi.stubEnv('CAPAS_DATA_DIR', home);
    const warn = vi.spyOn(console, 'warn').mockReturnValue();
    expect((await load()).train.x.shape).toEqual([1, 32, 32, 3]);
    expect((await load()).train.x.shape).toEqual([1, 32, 32, 3]);
    expect(warn.mock.calls).toEqual([[`cifar10: one is not in ${join(home, 'set')}: loaded 1 of 2 training images.`]]);
    expect(server.paths).toEqual([]);
  });

  it('is downloaded where CAPAS_DATA_DIR lacks the batches to test on', async () => {
    await serve(pack({ 'set/one': BATCH, 'set/two': BATCH, 'set/test': BATCH }));
    rmSync(join(home, 'set/test'));
    vi.stubEnv('CAPAS_DATA_DIR', home);
    expect((await load()).test.x.shape).toEqual([1, 32, 32, 3]);
    expect(server.paths).toEqual(['/cifar.tar.gz']);
  });

  it('is refused when a batch is missing in the archive, or is none', async () => {
    await serve(pack({ 'set/one': BATCH, 'set/test': BATCH }));
    await expect(load()).rejects.toThrow('cifar10: the archive has no set/two.');
    await server.close();
    await serve(pack({ 'set/one': bytes(0x80, 2, ...latin1('}.')), 'set/two': BATCH, 'set/test': BATCH }));
    rmSync(join(home, 'keras'), { recursive: true });
    await expect(load()).rejects.toThrow(
      "one: not a CIFAR batch: expected 'data' (uint8 rows of 3072) and as many 'labels'.",
    );
  });

  it('is refused when the labels that are asked for are not in it', async () => {
    await serve(pack({ 'set/one': BATCH, 'set/two': BATCH, 'set/test': BATCH }));
    await expect(load('fine_labels')).rejects.toThrow("and as many 'fine_labels'.");
  });
});
