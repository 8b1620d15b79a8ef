import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { type H5Reader, readH5 } from './read-h5.ts';
import { PLANTED } from './testing/planted.ts';
import { writeH5 } from './write-h5.ts';

const planted = (name: keyof typeof PLANTED): Uint8Array =>
  Uint8Array.from(gunzipSync(Uint8Array.from(atob(PLANTED[name]), (letter) => letter.charCodeAt(0))));
const read = <T>(name: keyof typeof PLANTED, use: (root: H5Reader) => T): Promise<T> =>
  readH5('bad.h5', planted(name), use);

test.each([
  ['externalLink', /^bad.h5: 'vars\/0' is a link to elsewhere, which is not followed\.$/],
  ['externalStorage', /^bad.h5: a damaged HDF5 file: .*external/],
  ['virtual', /^bad.h5: 'vars\/0' is made of parts of other files, which are not read\.$/],
] as const)('%s: nothing outside of the file is read', async (name, message) => {
  await expect(read(name, (root) => root.array('vars/0'))).rejects.toThrow(message);
});

test('links inside of the file are followed, and those that lead in a circle are not', async () => {
  await read('softLinks', (root) => {
    expect(Array.from(root.array('vars/1')!.data as Float32Array)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(root.array('again/again/vars/0')!.shape).toEqual([6]);
  });
  await expect(read('softLinks', (root) => root.array('vars/2'))).rejects.toThrow(/^bad.h5: /);
});

test.each(['vars/0', 'vars/1', 'vars/2'])('%s: a shape that the file cannot hold is refused', async (path) => {
  await expect(read('hugeShapes', (root) => root.array(path))).rejects.toThrow(
    /^bad.h5: 'vars\/\d' claims \d+ bytes, more than a file of \d+ bytes can hold\.$/,
  );
});

test('many names for the same bytes do not make them more', async () => {
  const all = read('sameBytes', (root) => root.group('vars')!.names.map((name) => root.array(`vars/${name}`)));
  await expect(all).rejects.toThrow(/^bad.h5: its arrays claim more than a file of \d+ bytes can hold\.$/);
  expect((await read('sameBytes', (root) => root.array('vars/7')))!.shape).toEqual([1024]);
});

test('an attribute that the file cannot hold is not there', async () => {
  expect(await read('hugeAttribute', (root) => root.attribute('model_config'))).toBeUndefined();
});

test.each(['vars/0', 'vars/1', 'vars/2', 'vars/4'])('%s: what is no array of numbers is refused', async (path) => {
  await expect(read('otherTypes', (root) => root.array(path))).rejects.toThrow(
    /^bad.h5: 'vars\/\d' has the type .*, not numbers\.$/,
  );
});

test.each([0n, 7n, 2n ** 40n, 2n ** 64n - 16n])(
  'a text that claims %i bytes in its heap does not hold the reader up',
  async (size) => {
    const bytes = await writeH5((root) => root.attribute('model_config', ['one', 'two']));
    const heap = bytes.findIndex((_, at) => String.fromCharCode(...bytes.subarray(at, at + 4)) === 'GCOL');
    if (heap < 0) throw new Error('the file keeps no texts in a heap');
    new DataView(bytes.buffer, bytes.byteOffset).setBigUint64(heap + 16 + 8, size, true);
    const start = performance.now();
    await readH5('bad.h5', bytes, (root) => root.attribute('model_config')).catch((error: Error) =>
      expect(error.message).toMatch(/^bad.h5: a damaged HDF5 file: /),
    );
    expect(performance.now() - start).toBeLessThan(5000);
  },
);
