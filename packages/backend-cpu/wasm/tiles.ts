// Products of matrices, tile by tile: up to 4 rows by 8 columns of the result stay in registers while their sums are made. (With 6
// rows, V8 of Node 20 loads so early that it runs out of registers: half the speed. In later ones it is 5 % faster.)
//
// @see Goto and van de Geijn, Anatomy of High-Performance Matrix Multiplication, 2008: its micro-kernel and packing

/** Columns of a panel. */
export const PANEL: i32 = 8;
const PANEL_BYTES: usize = 32;

/** Rows of a matrix `b` that are gone through together: a panel of them stays in the first cache. */
export const DEPTH: i32 = 384;

/** Most rows of a tile. */
export const TILE_ROWS: i32 = 4;

/** Bytes that `multiplyRows` needs for itself. */
export const TILE_SCRATCH: usize = <usize>TILE_ROWS * (PANEL_BYTES + 4);

// @ts-ignore: decorator
@inline
export function multiplyAdd(a: v128, b: v128, sum: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, sum);
  return f32x4.add(f32x4.mul(a, b), sum);
}

// @ts-ignore: decorator
@inline
function pointer(table: usize, row: usize): usize {
  return load<usize>(table + (row << 2));
}

/**
 * A tile of `count` rows, which is known where this is inlined.
 *
 * @param rows addresses of the rows of `a`
 * @param outs addresses of the rows of the result
 * @param column bytes from an element of a row to the next
 * @param segments where the parts of a row begin, in bytes from its start; each has `length` elements
 * @param panel the first row of 8 columns of `b`
 * @param panelRow bytes from a row of the panel to the next
 */
// @ts-ignore: decorator
@inline
function tile(
  count: i32,
  rows: usize,
  outs: usize,
  column: usize,
  segments: usize,
  segmentCount: i32,
  length: i32,
  panel: usize,
  panelRow: usize,
  outOffset: usize,
  adds: bool,
): void {
  let c00 = f32x4.splat(0);
  let c01 = f32x4.splat(0);
  let c10 = f32x4.splat(0);
  let c11 = f32x4.splat(0);
  let c20 = f32x4.splat(0);
  let c21 = f32x4.splat(0);
  let c30 = f32x4.splat(0);
  let c31 = f32x4.splat(0);
  for (let s = 0; s < segmentCount; s++, segments += 4) {
    const offset = load<usize>(segments);
    let a0 = pointer(rows, 0) + offset;
    let a1 = count > 1 ? pointer(rows, 1) + offset : 0;
    let a2 = count > 2 ? pointer(rows, 2) + offset : 0;
    let a3 = count > 3 ? pointer(rows, 3) + offset : 0;
    for (let k = length; k > 0; k--) {
      const left = v128.load(panel);
      const right = v128.load(panel, 16);
      panel += panelRow;
      let value = v128.load32_splat(a0);
      a0 += column;
      c00 = multiplyAdd(value, left, c00);
      c01 = multiplyAdd(value, right, c01);
      if (count > 1) {
        value = v128.load32_splat(a1);
        a1 += column;
        c10 = multiplyAdd(value, left, c10);
        c11 = multiplyAdd(value, right, c11);
      }
      if (count > 2) {
        value = v128.load32_splat(a2);
        a2 += column;
        c20 = multiplyAdd(value, left, c20);
        c21 = multiplyAdd(value, right, c21);
      }
      if (count > 3) {
        value = v128.load32_splat(a3);
        a3 += column;
        c30 = multiplyAdd(value, left, c30);
        c31 = multiplyAdd(value, right, c31);
      }
    }
  }
  put(pointer(outs, 0) + outOffset, c00, c01, adds);
  if (count > 1) put(pointer(outs, 1) + outOffset, c10, c11, adds);
  if (count > 2) put(pointer(outs, 2) + outOffset, c20, c21, adds);
  if (count > 3) put(pointer(outs, 3) + outOffset, c30, c31, adds);
}

// @ts-ignore: decorator
@inline
function put(to: usize, left: v128, right: v128, adds: bool): void {
  v128.store(to, adds ? f32x4.add(v128.load(to), left) : left);
  v128.store(to, adds ? f32x4.add(v128.load(to, 16), right) : right, 16);
}

function tile4(r: usize, o: usize, c: usize, s: usize, n: i32, l: i32, p: usize, q: usize, f: usize, a: bool): void {
  tile(4, r, o, c, s, n, l, p, q, f, a);
}
function tile3(r: usize, o: usize, c: usize, s: usize, n: i32, l: i32, p: usize, q: usize, f: usize, a: bool): void {
  tile(3, r, o, c, s, n, l, p, q, f, a);
}
function tile2(r: usize, o: usize, c: usize, s: usize, n: i32, l: i32, p: usize, q: usize, f: usize, a: bool): void {
  tile(2, r, o, c, s, n, l, p, q, f, a);
}
function tile1(r: usize, o: usize, c: usize, s: usize, n: i32, l: i32, p: usize, q: usize, f: usize, a: bool): void {
  tile(1, r, o, c, s, n, l, p, q, f, a);
}

/**
 * `out (+)= a · b` for rows of `a` that lie anywhere and up to 8 columns of `b`.
 *
 * @param scratch `TILE_SCRATCH` bytes
 */
export function multiplyPanel(
  count: i32,
  rows: usize,
  outs: usize,
  column: usize,
  segments: usize,
  segmentCount: i32,
  length: i32,
  panel: usize,
  panelRow: usize,
  outOffset: usize,
  width: i32,
  adds: bool,
  scratch: usize,
): void {
  const isNarrow = width < PANEL;
  const table = scratch + <usize>TILE_ROWS * PANEL_BYTES;
  if (isNarrow) {
    for (let i: usize = 0; i < <usize>TILE_ROWS; i++) store<usize>(table + (i << 2), scratch + i * PANEL_BYTES);
  }
  for (let row = 0; row < count; ) {
    const together = min(TILE_ROWS, count - row);
    const r = rows + ((<usize>row) << 2);
    const o = outs + ((<usize>row) << 2);
    const to = isNarrow ? table : o;
    const offset: usize = isNarrow ? 0 : outOffset;
    const sums = isNarrow ? false : adds;
    switch (together) {
      case 4:
        tile4(r, to, column, segments, segmentCount, length, panel, panelRow, offset, sums);
        break;
      case 3:
        tile3(r, to, column, segments, segmentCount, length, panel, panelRow, offset, sums);
        break;
      case 2:
        tile2(r, to, column, segments, segmentCount, length, panel, panelRow, offset, sums);
        break;
      default:
        tile1(r, to, column, segments, segmentCount, length, panel, panelRow, offset, sums);
    }
    if (isNarrow) {
      for (let i = 0; i < together; i++) {
        copyNarrow(pointer(o, i) + outOffset, scratch + <usize>i * PANEL_BYTES, width, adds);
      }
    }
    row += together;
  }
}

function copyNarrow(to: usize, from: usize, width: i32, adds: bool): void {
  for (let i = 0; i < width; i++, to += 4, from += 4) {
    store<f32>(to, adds ? load<f32>(to) + load<f32>(from) : load<f32>(from));
  }
}
