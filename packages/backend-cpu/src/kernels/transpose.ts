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

/** Permutes the axes of `source`, of shape `shape`, into `target`: axis `i` of the result is axis `permutation[i]`. */
export function permuteAxes(
  source: Float32Array,
  target: Float32Array,
  shape: readonly number[],
  permutation: readonly number[],
): void {
  const rank = shape.length;
  const sourceStrides = new Array<number>(rank);
  for (let axis = rank - 1, stride = 1; axis >= 0; axis--) {
    sourceStrides[axis] = stride;
    stride *= shape[axis]!;
  }
  const sizes = permutation.map((axis) => shape[axis]!);
  const strides = permutation.map((axis) => sourceStrides[axis]!);
  const inner = rank ? sizes[rank - 1]! : 1;
  const innerStride = rank ? strides[rank - 1]! : 1;
  const index = new Array<number>(rank).fill(0);
  let from = 0;
  for (let to = 0; to < target.length; to += inner) {
    for (let i = 0; i < inner; i++) target[to + i] = source[from + i * innerStride]!;
    for (let axis = rank - 2; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++index[axis]! < sizes[axis]!) break;
      from -= strides[axis]! * sizes[axis]!;
      index[axis] = 0;
    }
  }
}
