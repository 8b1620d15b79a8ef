// Copies of matrices as products read them best.
import { PANEL } from './tiles';

/** How many panels `columns` columns make. */
export function panelCount(columns: i32): i32 {
  return (columns + PANEL - 1) / PANEL;
}

/** Bytes of a matrix in panels. */
export function packedBytes(rows: i32, columns: i32): usize {
  return <usize>(panelCount(columns) * rows) * <usize>PANEL * 4;
}

/**
 * The panels `from` … `to - 1` of a matrix of `rows` rows, each with 8 columns row by row; missing columns are 0. Strides in
 * bytes.
 */
export function pack(
  source: usize,
  rowStride: usize,
  columnStride: usize,
  rows: i32,
  columns: i32,
  target: usize,
  from: i32,
  to: i32,
): void {
  for (let panel = from; panel < to; panel++) {
    const first = panel * PANEL;
    packPanel(
      source + <usize>first * columnStride,
      rowStride,
      columnStride,
      rows,
      min(PANEL, columns - first),
      target + <usize>(first * rows) * 4,
    );
  }
}

/** One panel. */
export function packPanel(
  source: usize,
  rowStride: usize,
  columnStride: usize,
  rows: i32,
  width: i32,
  target: usize,
): void {
  if (width < PANEL) memory.fill(target, 0, <usize>(rows * PANEL) * 4);
  if (columnStride == 4 && width == PANEL) {
    for (let row = 0; row < rows; row++) {
      v128.store(target, v128.load(source));
      v128.store(target, v128.load(source, 16), 16);
      source += rowStride;
      target += 32;
    }
  } else if (rowStride == 4) transpose(source, columnStride, width, rows, target, 32);
  else {
    for (let column = 0; column < width; column++) {
      let at = source + <usize>column * columnStride;
      let put = target + <usize>column * 4;
      for (let row = 0; row < rows; row++, at += rowStride, put += 32) store<f32>(put, load<f32>(at));
    }
  }
}

/** `target[column][row] = source[row][column]`, rows so many bytes apart. */
export function transpose(
  source: usize,
  sourceRow: usize,
  rows: i32,
  columns: i32,
  target: usize,
  targetRow: usize,
): void {
  let row = 0;
  for (; row + 4 <= rows; row += 4) {
    const from = source + <usize>row * sourceRow;
    const to = target + <usize>row * 4;
    let column = 0;
    for (; column + 4 <= columns; column += 4) {
      const at = from + <usize>column * 4;
      const a = v128.load(at);
      const b = v128.load(at + sourceRow);
      const c = v128.load(at + 2 * sourceRow);
      const d = v128.load(at + 3 * sourceRow);
      const ab = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
      const cd = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
      const ab2 = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
      const cd2 = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
      const put = to + <usize>column * targetRow;
      v128.store(put, v128.shuffle<i64>(ab, cd, 0, 2));
      v128.store(put + targetRow, v128.shuffle<i64>(ab, cd, 1, 3));
      v128.store(put + 2 * targetRow, v128.shuffle<i64>(ab2, cd2, 0, 2));
      v128.store(put + 3 * targetRow, v128.shuffle<i64>(ab2, cd2, 1, 3));
    }
    for (; column < columns; column++) {
      for (let i = 0; i < 4; i++) {
        const at = from + <usize>i * sourceRow + <usize>column * 4;
        store<f32>(to + <usize>column * targetRow + <usize>i * 4, load<f32>(at));
      }
    }
  }
  for (; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const at = source + <usize>row * sourceRow + <usize>column * 4;
      store<f32>(target + <usize>column * targetRow + <usize>row * 4, load<f32>(at));
    }
  }
}
