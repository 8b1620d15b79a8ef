import { describe, expect, test } from 'vitest';
import { type H5Array, readH5 } from './read-h5.ts';
import { writeH5 } from './write-h5.ts';

const matrix: H5Array = { shape: [2, 3], dtype: 'float32', data: Float32Array.of(1, 2, 3, 4, 5, 6) };
const count: H5Array = { shape: [], dtype: 'int64', data: BigInt64Array.of(-7n) };

const sample = (): Promise<Uint8Array> =>
  writeH5((root) => {
    const vars = root.group('layers/dense/vars');
    vars.attribute('name', 'dense');
    vars.array('0', matrix);
    root.group('optimizer/vars').array('0', count);
    root.attribute('names', ['a', 'bc']);
  });

describe('an HDF5 file', () => {
  test('comes back as it was written', async () => {
    await readH5('sample', await sample(), (root) => {
      expect(root.names).toEqual(['layers', 'optimizer']);
      expect(root.group('layers/dense/vars')!.attribute('name')).toBe('dense');
      expect(root.array('layers/dense/vars/0')).toEqual(matrix);
      expect(root.group('optimizer')!.array('vars/0')).toEqual(count);
      expect(root.attribute('names')).toEqual(['a', 'bc']);
    });
  });

  test('has the same bytes each time, and at any time', async () => {
    const first = await sample();
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect(await sample()).toEqual(first);
  });

  test('what is not there is undefined', async () => {
    await readH5('sample', await sample(), (root) => {
      expect(root.group('layers/dense/vars/0')).toBeUndefined();
      expect(root.array('layers/dense')).toBeUndefined();
      expect(root.array('layers/../layers/dense/vars/0')).toBeUndefined();
      expect(root.attribute('other')).toBeUndefined();
    });
  });

  test('a file of another kind is refused', async () => {
    const read = readH5('notes.h5', new TextEncoder().encode('not one of these at all'), () => 0);
    await expect(read).rejects.toThrow('notes.h5: this is no HDF5 file.');
  });

  test('a file that ends too early is refused', async () => {
    const bytes = await sample();
    const read = readH5('half.h5', bytes.subarray(0, bytes.length / 2), (root) => root.array('layers/dense/vars/0'));
    await expect(read).rejects.toThrow(/^half.h5: a damaged HDF5 file/);
  });
});
