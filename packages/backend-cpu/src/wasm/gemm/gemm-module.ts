import {
  add,
  advance,
  and,
  assemble,
  type Code,
  type FunctionCode,
  get,
  ifElse,
  isEqual,
  isLess,
  loadFloat,
  loadSplat,
  loadVector,
  loopDown,
  loopWhile,
  multiply,
  multiplyAdd,
  number,
  set,
  storeFloat,
  storeVector,
  subtract,
  zeroVector,
} from '../assembler.ts';

/** How many columns of `b` are taken together: two vectors. */
export const PANEL = 8;

/** What the module exports. All strides in bytes. */
export interface GemmExports {
  /**
   * Copies `columns ≤ 8` columns of a `k`-row matrix to `target`, 8 to a row; the places of missing columns are left as
   * they are.
   */
  pack(source: number, rowStride: number, columnStride: number, target: number, k: number, columns: number): void;
  /** `out: [m, 8] = a: [m, k] · panel: [k, 8]`, the panel as `pack` writes it. `m` and `k` at least 1. */
  multiplyPanel: MultiplyPanel;
  /** The same, added to what `out` holds. */
  addPanel: MultiplyPanel;
}

type MultiplyPanel = (
  a: number,
  aRowStride: number,
  aColumnStride: number,
  panel: number,
  out: number,
  outRowStride: number,
  m: number,
  k: number,
) => void;

/**
 * The matrix product that WASM's SIMD is good for: 6 rows by 8 columns in 12 registers, `b` packed by panels of 8
 * columns. It takes any strides, so transposed operands cost nothing extra.
 *
 * @see Goto and van de Geijn, Anatomy of High-Performance Matrix Multiplication, 2008: its micro-kernel and packing
 */
export const gemmModule = (relaxed: boolean): Uint8Array<ArrayBuffer> =>
  assemble([pack, multiplyPanel('multiplyPanel', relaxed, false), multiplyPanel('addPanel', relaxed, true)]);

const pack: FunctionCode = (() => {
  const [source, rowStride, columnStride, target, k, columns, from, to, count] = [0, 1, 2, 3, 4, 5, 6, 7, 8] as const;
  const rows = loopDown(k, [
    ...storeVector(get(target), loadVector(get(source))),
    ...storeVector(get(target), loadVector(get(source), 16), 16),
    ...advance(source, get(rowStride)),
    ...advance(target, number(4 * PANEL)),
  ]);
  const oneByOne = loopDown(columns, [
    ...set(from, get(source)),
    ...set(to, get(target)),
    ...set(count, get(k)),
    ...loopDown(count, [
      ...storeFloat(get(to), loadFloat(get(from))),
      ...advance(from, get(rowStride)),
      ...advance(to, number(4 * PANEL)),
    ]),
    ...advance(source, get(columnStride)),
    ...advance(target, number(4)),
  ]);
  // Whole rows at once where they are full and their values stand side by side.
  const side = isEqual(get(columnStride), number(4));
  const full = isEqual(get(columns), number(PANEL));
  return {
    name: 'pack',
    parameters: 6,
    integers: 3,
    vectors: 0,
    body: ifElse(and(side, full), rows, oneByOne),
  };
})();

const multiplyPanel = (name: keyof GemmExports, relaxed: boolean, adds: boolean): FunctionCode => {
  const [a, aRow, aColumn, panel, out, outRow, m, k, at, count] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] as const;
  const place = (row: number): number => 10 + row;
  const sum = (row: number, half: number): number => 16 + 2 * row + half;
  const [left, right, value] = [28, 29, 30] as const;

  /** `rows` rows of the result, kept in registers while `k` is gone through. */
  const tile = (rows: number): Code => {
    const each = (code: (row: number) => Code): Code => Array.from({ length: rows }, (_, row) => code(row)).flat();
    const addTo = (row: number, half: number): Code =>
      set(sum(row, half), multiplyAdd(get(value), get(half === 0 ? left : right), get(sum(row, half)), relaxed));
    return [
      ...each((row) => [
        ...set(place(row), row === 0 ? get(a) : add(get(place(row - 1)), get(aRow))),
        ...set(sum(row, 0), adds ? loadVector(add(get(out), multiply(get(outRow), number(row)))) : zeroVector),
        ...set(sum(row, 1), adds ? loadVector(add(get(out), multiply(get(outRow), number(row))), 16) : zeroVector),
      ]),
      ...set(at, get(panel)),
      ...set(count, get(k)),
      ...loopDown(count, [
        ...set(left, loadVector(get(at))),
        ...set(right, loadVector(get(at), 16)),
        ...each((row) => [
          ...set(value, loadSplat(get(place(row)))),
          ...addTo(row, 0),
          ...addTo(row, 1),
          ...advance(place(row), get(aColumn)),
        ]),
        ...advance(at, number(4 * PANEL)),
      ]),
      ...each((row) => [
        ...storeVector(get(out), get(sum(row, 0))),
        ...storeVector(get(out), get(sum(row, 1)), 16),
        ...advance(out, get(outRow)),
      ]),
      ...advance(a, multiply(get(aRow), number(rows))),
      ...set(m, subtract(get(m), number(rows))),
    ];
  };
  return {
    name,
    parameters: 8,
    integers: 8,
    vectors: 15,
    body: [
      // Six rows at a time as long as what remains splits well: 9 into 5 and 4, 8 into 4 and 4, 7 into 4 and 3.
      ...loopWhile(isLess(number(9), get(m)), tile(6)),
      ...loopWhile(isEqual(get(m), number(6)), tile(6)),
      ...loopWhile(and(isEqual(and(get(m), number(3)), number(1)), isLess(number(4), get(m))), tile(5)),
      ...[4, 3, 2, 1].flatMap((rows) => loopWhile(isLess(number(rows - 1), get(m)), tile(rows))),
    ],
  };
};
