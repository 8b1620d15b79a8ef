import { describe, expect, it } from 'vitest';
import { bytes, global, latin1, ndarray, short } from '../../test/pickle-bytes.ts';
import { PickledArray, readPickle } from './pickle.ts';

const read = (...opcodes: readonly number[]): unknown => readPickle(bytes(0x80, 2, ...opcodes, 0x2e), 'file');

describe('values', () => {
  it('are integers of one, two and four bytes', () => {
    expect(read(0x4b, 200)).toBe(200);
    expect(read(0x4d, 0x39, 0x30)).toBe(12345);
    expect(read(0x4a, 0xff, 0xff, 0xff, 0xff)).toBe(-1);
  });

  it('are lists, tuples, dicts, strings, None and booleans', () => {
    // {'a': [1, 2], 'b': (None, True), 'c': [3]}
    const value = read(
      ...[0x7d, 0x28, ...short('a'), 0x5d, 0x28, 0x4b, 1, 0x4b, 2, 0x65],
      ...[...short('b'), 0x4e, 0x88, 0x86, 0x75],
      ...[...short('c'), 0x5d, 0x4b, 3, 0x61, 0x73],
    );
    expect(value).toEqual(
      new Map<string, unknown>([
        ['a', [1, 2]],
        ['b', [null, true]],
        ['c', [3]],
      ]),
    );
  });

  it('are shared through the memo', () => {
    const [first, second] = read(0x28, 0x5d, 0x71, 7, 0x68, 7, 0x74) as unknown[];
    expect(second).toBe(first);
    expect(read(0x28, 0x5d, 0x72, 7, 1, 0, 0, 0x6a, 7, 1, 0, 0, 0x74)).toEqual([[], []]);
  });

  it('are long strings as bytes', () => {
    expect(read(0x54, 3, 0, 0, 0, 1, 2, 3)).toEqual(bytes(1, 2, 3));
  });

  it('are NumPy arrays of bytes and of lists', () => {
    const array = read(...ndarray(2, 'u1', short('\x07\xff'))) as PickledArray;
    expect(array).toBeInstanceOf(PickledArray);
    expect({ ...array }).toEqual({ shape: [2], dtype: 'u1', data: bytes(7, 255) });
    const objects = read(...ndarray(1, 'O8', [0x5d, 0x5d, 0x4b, 5, 0x61, 0x61])) as PickledArray;
    expect({ ...objects }).toEqual({ shape: [1], dtype: 'O8', data: [[5]] });
  });
});

describe('everything else is refused', () => {
  it.each([
    [
      'a call of the system',
      [...global('os', 'system'), ...short('true'), 0x85, 0x52],
      "the name 'os.system' is refused, only NumPy arrays are read (pickle, byte 2).",
    ],
    [
      'another name of NumPy',
      global('numpy', 'load'),
      "the name 'numpy.load' is refused, only NumPy arrays are read (pickle, byte 2).",
    ],
    ['unicode strings', [0x58, 1, 0, 0, 0, 0x61], 'opcode 0x58 is refused (pickle, byte 2).'],
    ['new objects', [0x81], 'opcode 0x81 is refused (pickle, byte 2).'],
    [
      'a dtype called with a number',
      [...global('numpy', 'dtype'), 0x4b, 1, 0x85, 0x52],
      'a call of anything but NumPy arrays and dtypes is refused (pickle, byte 19).',
    ],
    ['the state of a list', [0x5d, 0x4e, 0x62], 'an object other than a NumPy array is refused (pickle, byte 5).'],
    ['items without a list', [0x4e, 0x4b, 1, 0x61], 'items without a list (pickle, byte 6).'],
    ['an unknown memo', [0x68, 9], 'nothing was stored under 9 (pickle, byte 4).'],
    ['a tuple without a mark', [0x74], 'no mark on the stack (pickle, byte 3).'],
  ])('%s', (_, opcodes, message) => {
    expect(() => read(...opcodes)).toThrow(`file: ${message}`);
  });

  it('other protocols', () => {
    expect(() => readPickle(bytes(0x80, 4, 0x4e, 0x2e))).toThrow(
      'pickle: not a pickle of protocol 2 (pickle, byte 0).',
    );
    expect(() => readPickle(bytes(...latin1('I1\n.')))).toThrow('not a pickle of protocol 2');
  });

  it('a pickle that ends too early, wherever that is', () => {
    const whole = bytes(0x80, 2, 0x7d, ...short('data'), ...ndarray(2, 'u1', short('ab')), 0x73, 0x2e);
    expect(readPickle(whole)).toBeInstanceOf(Map);
    for (let length = 2; length < whole.length; length++) {
      expect(() => readPickle(whole.subarray(0, length)), `${length} bytes`).toThrow('the pickle ends too early');
    }
  });
});
