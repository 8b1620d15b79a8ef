import { strToU8, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { readArchive, writeArchive } from './archive.ts';

const text = (content: string): Uint8Array => strToU8(content);

describe('an archive', () => {
  test('comes back as it was written, with the same bytes each time', () => {
    const files = new Map([
      ['config.json', text('{}')],
      ['assets/layers/words.txt', text('hola')],
    ]);
    expect(readArchive('a', writeArchive(files))).toEqual(files);
    expect(writeArchive(files)).toEqual(writeArchive(files));
  });

  test.each(['../evil', '/etc/passwd', 'a/../../b', 'C:\\x', 'a\\b'])('refuses the name %s', (name) => {
    expect(() => readArchive('bad.keras', zipSync({ [name]: text('x') }))).toThrow(
      `bad.keras: '${name}' is no name of a file inside an archive.`,
    );
  });

  test('refuses a name that is there twice', () => {
    const bytes = zipSync({ 'config.json': text('x'), 'config.jsoN': text('y') });
    const twice = Uint8Array.from(bytes, (byte, i) => (byte === 0x4e && bytes[i - 1] === 0x6f ? 0x6e : byte));
    expect(() => readArchive('bad.keras', twice)).toThrow("bad.keras: 'config.json' is there twice.");
  });

  test('refuses what unpacks into far more than it is', () => {
    const bomb = zipSync({ 'model.weights.h5': new Uint8Array(4 * 2 ** 20) });
    expect(bomb.length).toBeLessThan(10_000);
    expect(() => readArchive('bomb.keras', bomb)).toThrow("'model.weights.h5' unpacks into 4194304 bytes");
    const two = zipSync({ a: new Uint8Array(1000), b: new Uint8Array(1000) });
    expect(() => readArchive('big', two, { mostBytes: 1500 })).toThrow('it unpacks into more than 1500 bytes.');
    expect(() => readArchive('many', two, { mostFiles: 1 })).toThrow('it has more than 1 files.');
  });

  test('refuses what is cut off, and what is something else', () => {
    const bytes = writeArchive(new Map([['config.json', text('{}')]]));
    expect(() => readArchive('half', bytes.subarray(0, 30))).toThrow(/^half: this is no complete zip archive/);
    expect(() => readArchive('other', text('hello'))).toThrow(/^other: this is no complete zip archive/);
  });

  test('refuses entries that claim the same bytes', () => {
    const one = zipSync({ a: new Uint8Array(500).fill(7) }, { level: 0 });
    const claim = new Uint8Array(one);
    // the sizes in the central directory
    const directory = claim.length - 22 - 46 - 1;
    new DataView(claim.buffer).setUint32(directory + 20, 100_000, true);
    expect(() => readArchive('overlap', claim)).toThrow('overlap: its entries overlap.');
  });
});
