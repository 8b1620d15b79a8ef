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
