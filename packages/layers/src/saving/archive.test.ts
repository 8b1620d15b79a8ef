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

  test.each(['a/__proto__', '../evil', '/etc/passwd', 'a/../../b', 'C:\\x', 'a\\b'])('refuses the name %s', (name) => {
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

  test('refuses two entries for one file in it', () => {
    const bytes = zipSync({ a: new Uint8Array(50).fill(7), b: new Uint8Array(50).fill(7) }, { level: 0 });
    const directory = bytes.length - 22 - 2 * 47;
    const view = new DataView(bytes.buffer);
    // the second entry of the directory at the place of the first, and with its name
    view.setUint32(directory + 47 + 42, 0, true);
    expect(() => readArchive('quine', bytes)).toThrow("quine: 'b' is not where the archive says.");
    bytes[directory + 47 + 46] = 'a'.charCodeAt(0);
    expect(() => readArchive('quine', bytes)).toThrow('quine: its entries overlap.');
  });

  test('refuses links, encrypted files and other ways of packing', () => {
    const plain = zipSync({ 'config.json': [text('/etc/passwd'), { level: 0, os: 3, attrs: 0o120777 << 16 }] });
    expect(() => readArchive('link', plain)).toThrow("link: 'config.json' is a link.");
    const change = (offset: number, value: number): Uint8Array => {
      const bytes = writeArchive(new Map([['a', text('x')]]));
      bytes[bytes.length - 22 - 47 + offset] = value;
      return bytes;
    };
    expect(() => readArchive('secret', change(8, 1))).toThrow("secret: 'a' is encrypted.");
    expect(() => readArchive('other', change(10, 12))).toThrow("other: 'a' is packed by method 12.");
  });

  test.each([0, 6] as const)('refuses content that was changed since it was packed, at level %i', (level) => {
    const bytes = zipSync({ 'config.json': Uint8Array.from({ length: 500 }, (_, i) => i * i) }, { level });
    bytes[80]! ^= 4;
    expect(() => readArchive('changed', bytes)).toThrow("changed: 'config.json' is damaged.");
  });

  test('does not unpack more than it claims, or less', () => {
    const bytes = zipSync({ a: new Uint8Array(5000) });
    const size = new DataView(bytes.buffer, bytes.length - 22 - 47 + 24);
    for (const claimed of [400, 6000]) {
      size.setUint32(0, claimed, true);
      expect(() => readArchive('liar', bytes)).toThrow("liar: 'a' is damaged.");
    }
  });

  test('opens sizes in 64 bits, and what has a comment behind it', () => {
    const files = new Map([['config.json', text('{}')]]);
    const bytes = writeArchive(files);
    const commented = new Uint8Array([...bytes, ...text('a note')]);
    expect(readArchive('note', commented)).toEqual(files);
    const large = Uint8Array.from(atob(LARGE), (letter) => letter.charCodeAt(0));
    expect(readArchive('large', large)).toEqual(files);
  });

  test('refuses entries that claim the same bytes', () => {
    const one = zipSync({ a: new Uint8Array(500).fill(7) }, { level: 0 });
    const claim = new Uint8Array(one);
    // the packed size in the directory
    const directory = claim.length - 22 - 46 - 1;
    new DataView(claim.buffer).setUint32(directory + 20, 540, true);
    expect(() => readArchive('overlap', claim)).toThrow('overlap: its entries overlap.');
    new DataView(claim.buffer).setUint32(directory + 20, 100_000, true);
    expect(() => readArchive('beyond', claim)).toThrow('(it points beyond its end)');
  });
});

/** One file of two bytes, with all sizes and places in 64 bits, and read by Python too. */
const LARGE =
  'UEsDBC0AAAAAAAAAIQBDv6aj//////////8LABQAY29uZmlnLmpzb24BABAAAgAAAAAAAAACAAAAAAAAAHt9UEsBAi0DLQAAAAAAAAAhAEO/pqP//////////wsAHAAAAAAAAAAAAIAB/////2NvbmZpZy5qc29uAQAYAAIAAAAAAAAAAgAAAAAAAAAAAAAAAAAAAFBLBgYsAAAAAAAAAC0ALQAAAAAAAAAAAAEAAAAAAAAAAQAAAAAAAABVAAAAAAAAAD8AAAAAAAAAUEsGBwAAAACUAAAAAAAAAAEAAABQSwUGAAAAAP///////////////wAA';
