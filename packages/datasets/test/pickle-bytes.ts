/** Bytes of a pickle of protocol 2 as Python 2 wrote it, put together by hand: `bytes(0x80, 2, ...text('hello'), 0x2e)`. */
export const bytes = (...parts: readonly number[]): Uint8Array => Uint8Array.from(parts);

/** A text as Latin-1 bytes. */
export const latin1 = (text: string): number[] => Array.from(text, (char) => char.charCodeAt(0));

/** SHORT_BINSTRING. */
export const short = (text: string): number[] => [0x55, text.length, ...latin1(text)];

/** GLOBAL. */
export const global = (module: string, name: string): number[] => [0x63, ...latin1(`${module}\n${name}\n`)];

const BININT1 = 0x4b;
const [REDUCE, BUILD, MARK, TUPLE, NONE, NEWFALSE] = [0x52, 0x62, 0x28, 0x74, 0x4e, 0x89];

/** An array of rank 1, as `numpy.ndarray.__reduce__` gives it; `data` is the opcodes that push its bytes or its list. */
export const ndarray = (length: number, dtype: string, data: readonly number[]): number[] => [
  ...global('numpy.core.multiarray', '_reconstruct'),
  ...global('numpy', 'ndarray'),
  ...[BININT1, 0, 0x85, ...short('b'), 0x87, REDUCE],
  ...[MARK, BININT1, 1, BININT1, length, 0x85],
  ...[...global('numpy', 'dtype'), ...short(dtype), BININT1, 0, BININT1, 1, 0x87, REDUCE],
  ...[
    MARK,
    BININT1,
    3,
    ...short('|'),
    NONE,
    NONE,
    NONE,
    0x4a,
    255,
    255,
    255,
    255,
    0x4a,
    255,
    255,
    255,
    255,
    BININT1,
    0,
  ],
  ...[TUPLE, BUILD, NEWFALSE, ...data, TUPLE, BUILD],
];

/** An `.npy` file of version 1. */
export const npy = (descr: string, shape: string, data: Uint8Array, order = 'False'): Uint8Array => {
  const text = `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }`;
  const header = `${text.padEnd(64 * Math.ceil((text.length + 11) / 64) - 11)}\n`;
  return bytes(...latin1('\x93NUMPY'), 1, 0, header.length & 255, header.length >> 8, ...latin1(header), ...data);
};
