import { type Block, type Space, type Transposes, withScratch } from './space.ts';

/** Writes the transpose of `source: [rows, columns]` to `target: [columns, rows]`, in tiles that stay in the cache. */
export function transposeMatrix(source: Float32Array, target: Float32Array, rows: number, columns: number): void {
  for (let row0 = 0; row0 < rows; row0 += TILE) {
    const rowEnd = Math.min(row0 + TILE, rows);
    for (let column0 = 0; column0 < columns; column0 += TILE) {
      const columnEnd = Math.min(column0 + TILE, columns);
      for (let column = column0; column < columnEnd; column++) {
        const to = column * rows;
        for (let row = row0, from = row0 * columns + column; row < rowEnd; row++, from += columns)
          target[to + row] = source[from]!;
      }
    }
  }
}

const TILE = 32;

/** Carries out a product of transposed operands by one of plain ones, on transposed copies. */
export function multiplyPlain(
  space: Pick<Space, 'allocate'>,
  [a, b]: readonly [Block, Block],
  [m, k, n]: readonly [number, number, number],
  { transposeA = false, transposeB = false }: Transposes,
  multiply: (a: Block, b: Block) => void,
): void {
  withScratch(space, [transposeA ? m * k : 0, transposeB ? k * n : 0], (aCopy, bCopy) => {
    if (transposeA) transposeMatrix(a.view(), aCopy!.view(), k, m);
    if (transposeB) transposeMatrix(b.view(), bCopy!.view(), n, k);
    multiply(transposeA ? aCopy! : a, transposeB ? bCopy! : b);
  });
}
