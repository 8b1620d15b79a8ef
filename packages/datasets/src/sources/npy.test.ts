import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { bytes, ndarray, npy } from '../../test/pickle-bytes.ts';
import { readNpy, readObjectNpy } from './npy.ts';
import { readNpz } from './npz.ts';

const raw = (array: ArrayBufferView): Uint8Array => new Uint8Array(array.buffer);

describe('readNpy', () => {
  it.each([
    ['|u1', bytes(1, 200), 'uint8', [1, 200]],
    ['|b1', bytes(1, 0), 'bool', [1, 0]],
    ['<i4', raw(Int32Array.of(-5, 70000)), 'int32', [-5, 70000]],
    ['<i8', raw(BigInt64Array.of(-5n, 2147483647n)), 'int32', [-5, 2147483647]],
    ['<f4', raw(Float32Array.of(0.5, -2)), 'float32', [0.5, -2]],
    ['<f8', raw(Float64Array.of(0.5, 0.1)), 'float32', [0.5, Math.fround(0.1)]],
  ])('reads %s', (descr, data, dtype, values) => {
    const array = readNpy(npy(descr, '(2,)', data));
    expect([array.dtype, array.shape, array.toArray()]).toEqual([dtype, [2], values]);
  });

  it('reads scalars and several dimensions', () => {
    expect(readNpy(npy('|u1', '()', bytes(7))).shape).toEqual([]);
    expect(readNpy(npy('|u1', '(2, 3)', bytes(0, 1, 2, 3, 4, 5))).toArray()).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ]);
  });

  it.each([
    [
      'a dtype that is not read',
      npy('>i4', '(1,)', bytes(0, 0, 0, 1)),
      "x: dtype '>i4' is not read here, only |u1, |b1, <i4, <i8, <f4, <f8.",
    ],
    [
      'objects',
      npy('|O', '(1,)', bytes(0x80)),
      "x: dtype '|O' is not read here, only |u1, |b1, <i4, <i8, <f4, <f8. Use readObjectNpy for lists of lists.",
    ],
    [
      'a 64-bit value that does not fit',
      npy('<i8', '(1,)', raw(BigInt64Array.of(2147483648n))),
      'x: element 0 is 2147483648, which does not fit 32 bits.',
    ],
    ['a truncated file', npy('<i4', '(2,)', bytes(0, 0, 0, 1)), "x: shape [2] of '<i4' needs 8 bytes, the file has 4."],
    [
      'column-major data',
      npy('|u1', '(1, 2)', bytes(1, 2), 'True'),
      'x: column-major (fortran_order) data is not read here: save np.ascontiguousarray(x).',
    ],
    ['another file', bytes(...Array(20).fill(1)), 'x: not an .npy file: the first bytes must be \\x93NUMPY.'],
    ['an empty file', bytes(), 'x: not an .npy file: the first bytes must be \\x93NUMPY.'],
    [
      'an unknown header',
      npy('|u1', '[1]', bytes(1)),
      "x: the .npy header is not understood: {'descr': '|u1', 'fortran_order': False, 'shape': [1], }",
    ],
  ])('refuses %s', (_, file, message) => {
    expect(() => readNpy(file, 'x')).toThrow(message);
  });
});

describe('readObjectNpy', () => {
  it('reads a list of lists', () => {
    const list = ndarray(2, 'O8', [0x5d, 0x28, 0x5d, 0x4b, 9, 0x61, 0x5d, 0x65]);
    expect(readObjectNpy(npy('|O', '(2,)', bytes(0x80, 2, ...list, 0x2e)))).toEqual([[9], []]);
  });

  it('refuses numbers, and pickles that are no array', () => {
    expect(() => readObjectNpy(npy('|u1', '(1,)', bytes(1)), 'x')).toThrow(
      "x: expected dtype '|O' (objects), got '|u1'.",
    );
    expect(() => readObjectNpy(npy('|O', '(1,)', bytes(0x80, 2, 0x4e, 0x2e)), 'x')).toThrow(
      'x: expected a pickled array of 1 objects.',
    );
  });
});

describe('readNpz', () => {
  const file = zipSync({
    'b.npy': npy('|u1', '(2,)', bytes(1, 2)),
    'a.npy': [npy('<i4', '(1,)', bytes(3, 0, 0, 0)), { level: 0 }],
  });

  it('reads arrays by name, deflated or stored', () => {
    const npz = readNpz(file);
    expect(npz.names).toEqual(['b', 'a']);
    expect(npz.array('b').toArray()).toEqual([1, 2]);
    expect(npz.array('a').toArray()).toEqual([3]);
  });

  it('says which arrays there are, and in which file an array is wrong', () => {
    expect(() => readNpz(file, 'set.npz').array('c')).toThrow("set.npz: no array 'c'. It holds: b, a.");
    expect(() => readNpz(file, 'set.npz').objects('a')).toThrow(
      "set.npz: a: expected dtype '|O' (objects), got '<i4'.",
    );
  });

  it('refuses a truncated archive', () => {
    expect(() => readNpz(file.subarray(0, file.length - 30), 'set.npz')).toThrow('set.npz: not a complete zip archive');
  });
});
