import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { bytes } from '../../test/pickle-bytes.ts';
import { gunzip } from './gunzip.ts';
import { readIdx } from './idx.ts';
import { readTar } from './tar.ts';

describe('readIdx', () => {
  it('reads bytes of any rank', () => {
    const array = readIdx(bytes(0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 255));
    expect([array.dtype, array.toArray()]).toEqual([
      'uint8',
      [
        [1, 2, 3],
        [4, 5, 255],
      ],
    ]);
  });

  it.each([
    [
      'another file',
      bytes(1, 2, 3, 4, 5),
      'x: not an idx file: it must start with two zero bytes, a type and the rank.',
    ],
    ['an empty file', bytes(), 'x: not an idx file: it must start with two zero bytes, a type and the rank.'],
    [
      'a header cut off',
      bytes(0, 0, 8, 2, 0, 0, 0, 2),
      'x: not an idx file: it must start with two zero bytes, a type and the rank.',
    ],
    ['another type', bytes(0, 0, 0x0d, 0), 'x: idx element type 0xd is not read here, only 0x8 (uint8).'],
    ['a truncated file', bytes(0, 0, 8, 1, 0, 0, 0, 3, 1, 2), 'x: idx shape [3] needs 3 bytes, the file has 2.'],
  ])('refuses %s', (_, file, message) => {
    expect(() => readIdx(file, 'x')).toThrow(message);
  });
});

describe('gunzip', () => {
  const packed = gzipSync(bytes(...Array(1000).keys()));

  it('unpacks', async () => {
    expect(await gunzip(packed)).toEqual(bytes(...Array(1000).keys()));
  });

  it('refuses what is truncated, corrupted or something else', async () => {
    const corrupted = packed.map((byte, i) => (i === packed.length - 6 ? byte ^ 1 : byte));
    for (const wrong of [packed.subarray(0, packed.length - 20), corrupted, bytes(1, 2, 3)]) {
      await expect(gunzip(wrong, 'x.gz')).rejects.toThrow('x.gz: not a complete gzip file (');
    }
  });
});

describe('readTar', () => {
  const folder = mkdtempSync(join(tmpdir(), 'capas-tar-'));
  const long = 'a-folder-of-a-long-name-'.repeat(4);
  mkdirSync(join(folder, 'set', long), { recursive: true });
  writeFileSync(join(folder, 'set/one'), 'first');
  writeFileSync(join(folder, 'set', long, 'two-with-a-name-that-needs-the-prefix'), 'x'.repeat(600));
  writeFileSync(join(folder, 'set/empty'), '');
  execFileSync('tar', ['--format=ustar', '-cf', 'set.tar', 'set/one', `set/${long}`, 'set/empty'], { cwd: folder });
  const archive = new Uint8Array(execFileSync('cat', [join(folder, 'set.tar')]));
  rmSync(folder, { recursive: true });

  it('finds the files by their paths', () => {
    const sizes = [...readTar(archive)].map(([path, { length }]) => [path, length]);
    expect(sizes).toEqual([
      ['set/one', 5],
      [`set/${long}/two-with-a-name-that-needs-the-prefix`, 600],
      ['set/empty', 0],
    ]);
    expect(new TextDecoder().decode(readTar(archive).get('set/one'))).toBe('first');
  });

  it('refuses what is truncated or something else', () => {
    expect(() => readTar(archive.subarray(0, 515), 'x.tar')).toThrow(
      "x.tar: the archive ends inside 'set/one': 3 of 5 bytes.",
    );
    expect(() => readTar(archive.subarray(0, 700), 'x.tar')).toThrow(
      'x.tar: the archive ends inside a header, at byte 1024.',
    );
    expect(() => readTar(new Uint8Array(1024).fill(65), 'x.tar')).toThrow(
      'x.tar: not a tar archive: wrong header checksum at byte 0.',
    );
  });
});
