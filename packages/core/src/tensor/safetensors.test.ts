import { describe, expect, test } from 'vitest';
import { HostArray } from './host-array.ts';
import { readSafetensors, readSafetensorsHeader, writeSafetensors } from './safetensors.ts';

/** A file with this header, and as many bytes of data. */
function file(header: unknown, data: Uint8Array | number = 0): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const tail = typeof data === 'number' ? new Uint8Array(data) : data;
  const bytes = new Uint8Array(8 + text.length + tail.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(tail, 8 + text.length);
  return bytes;
}

const f32 = (begin: number, end: number, shape = [(end - begin) / 4]) => ({
  dtype: 'F32',
  shape,
  data_offsets: [begin, end],
});

const arrays = new Map([
  ['mask', new HostArray(Uint8Array.of(1, 0, 1), [3], 'bool')],
  ['kernel', new HostArray(Float32Array.of(1, -2.5, 3, 0.1), [2, 2])],
  ['half', new HostArray(Uint16Array.of(0x3c00), [1], 'float16')],
  ['count', new HostArray(Int32Array.of(-7), [])],
  ['pixels', new HostArray(Uint8Array.of(255), [1, 1])],
  ['nothing', new HostArray(new Float32Array(0), [0, 3])],
]);

describe('a safetensors file', () => {
  test('comes back as it was written, in every dtype', () => {
    const bytes = writeSafetensors(arrays, { metadata: { format: 'pt' } });
    const read = readSafetensors(bytes);
    expect(Object.fromEntries(read)).toEqual(Object.fromEntries(arrays));
    expect(readSafetensorsHeader(bytes).metadata).toEqual({ format: 'pt' });
    expect(writeSafetensors(new Map([...read].reverse()), { metadata: { format: 'pt' } })).toEqual(bytes);
  });

  test('every tensor begins at a multiple of the size of its elements', () => {
    const sizes: Readonly<Record<string, number>> = { F32: 4, I32: 4, F16: 2, U8: 1, BOOL: 1 };
    for (const { dtype, start } of readSafetensorsHeader(writeSafetensors(arrays)).entries)
      expect(start % sizes[dtype]!).toBe(0);
  });

  test('floats are stored in half the bytes, rounded to the nearest with ties to even', () => {
    // bfloat16 has 8 bits: between 1 and 1 + 2⁻⁷ lies the tie 1 + 2⁻⁸, and 1 is even; 1 + 3·2⁻⁸ goes up to 1 + 2⁻⁶
    const values = [1 + 2 ** -8, 1 + 3 * 2 ** -8, -0.1, Infinity, NaN];
    const one = new Map([['x', new HostArray(Float32Array.from(values))]]);
    const wide = readSafetensors(writeSafetensors(one, { dtype: 'bfloat16' })).get('x')!;
    expect(wide.dtype).toBe('float32');
    expect(Array.from(wide.data as Float32Array)).toEqual([1, 1 + 2 ** -6, -0.10009765625, Infinity, NaN]);
    const half = readSafetensors(writeSafetensors(one, { dtype: 'float16' })).get('x')!;
    expect(half.dtype).toBe('float16');
    expect(half.get(2)).toBe(-0.0999755859375);
  });

  test('wider and narrower integers are read as int32 where they fit', () => {
    const data = new Uint8Array(BigInt64Array.of(-3n, 9n).buffer);
    const header = { n: { dtype: 'I64', shape: [2], data_offsets: [0, 16] } };
    expect(readSafetensors(file(header, data)).get('n')).toEqual(new HostArray(Int32Array.of(-3, 9)));
    const large = new Uint8Array(BigInt64Array.of(2n ** 31n, 0n).buffer);
    expect(() => readSafetensors(file(header, large), 'big')).toThrow("big: 'n': 2147483648 is too large for int32.");
  });

  test.each([
    ['too short', new Uint8Array(7), '7 bytes are no safetensors file'],
    [
      'a header longer than the file',
      Uint8Array.of(9, 0, 0, 0, 0, 0, 0, 1, 0),
      'the header claims 72057594037927945 bytes',
    ],
    ['a header that is no JSON', file('{"a":'), 'the header is no JSON'],
    ['a header that is a list', file([]), 'the header is no object'],
    ['metadata that are no texts', file({ __metadata__: { a: 1 } }), 'its metadata are no texts'],
    ['overlapping tensors', file({ a: f32(0, 8), b: f32(4, 12) }, 12), "the bytes of 'b' overlap those before"],
    ['the same bytes twice', file({ a: f32(0, 8), b: f32(0, 8) }, 8), "the bytes of 'b' overlap those before"],
    ['a gap', file({ a: f32(0, 4), b: f32(8, 12) }, 12), "the bytes of 'b' leave a gap"],
    ['bytes of nobody', file({ a: f32(0, 4) }, 8), 'its tensors end at byte'],
    ['bytes beyond the end', file({ a: f32(0, 4) }, 2), 'its tensors end at byte'],
    ['a shape of another size', file({ a: f32(0, 8, [3]) }, 8), "'a' of shape [3] and dtype F32 has 8 bytes"],
    ['a shape beyond counting', file({ a: f32(0, 8, [2 ** 52, 2 ** 52]) }, 8), 'has 8 bytes'],
    ['a negative shape', file({ a: f32(0, 8, [-2]) }, 8), "'a' has no shape"],
    ['offsets that run backwards', file({ a: f32(8, 0, [2]) }, 8), 'has -8 bytes'],
    [
      'another dtype',
      file({ a: { ...f32(0, 8), dtype: 'F8_E4M3' } }, 8),
      "'a' has dtype F8_E4M3, which is not read here",
    ],
    ['a dtype that every object has', file({ a: { ...f32(0, 8), dtype: 'toString' } }, 8), "'a' has dtype toString"],
    ['an entry that is none', file({ a: null }), "'a' has dtype undefined"],
  ])('%s is refused', (_, bytes, message) => {
    expect(() => readSafetensors(bytes, 'x.safetensors')).toThrow(`x.safetensors: ${message}`.slice(0, 14));
    expect(() => readSafetensors(bytes, 'x.safetensors')).toThrow(message);
  });

  test('strings and the name of the metadata cannot be written', () => {
    expect(() => writeSafetensors(new Map([['s', HostArray.from(['a'])]]))).toThrow('must be arrays of numbers');
    expect(() => writeSafetensors(new Map([['__metadata__', HostArray.from([1])]]))).toThrow('under other names');
  });
});
