// `dot`: products of matrices, with batch axes.
import { ORDER_COLUMNS, ORDER_PANELS, ORDER_ROWS } from './codes';
import { applyEpilogue, readEpilogue } from './epilogue';
import { pack, packPanel, packedBytes, panelCount, transpose } from './pack';
import { barrier } from './threads';
import { isMeasuring, next, nextSlot, product, shareEnd, shareStart, take, takeShared, wordOf, words } from './runtime';
import { DEPTH, multiplyPanel, PANEL, TILE_SCRATCH } from './tiles';

/** Rows of `a` that are gone through together: so many bytes stay in the second cache. */
const BLOCK_BYTES: i32 = 1 << 18;
const MOST_ROWS: i32 = 192;

/** Rows of the result that threads share out, where both matrices come in pieces. */
const PIECE_ROWS: i32 = 16;

/** With fewer rows, `b` is read where it lies. */
const LEAST_ROWS_TO_PACK: i32 = 9;

let m: i32 = 0;
let n: i32 = 0;
let k: i32 = 0;
let isATransposed: bool = false;
let orderOfB: i32 = 0;
let blockRows: i32 = 0;
let packed: usize = 0;
let isPacked: bool = false;
/** `a` is transposed and long: both matrices are packed piece by piece. */
let isInPieces: bool = false;
let turned: usize = 0;
let rows: usize = 0;
let outs: usize = 0;
let segment: usize = 0;
let tileScratch: usize = 0;

export function dot(): void {
  const batchRank = next();
  const batchDims = words(batchRank);
  m = next();
  n = next();
  k = next();
  isATransposed = next() != 0;
  orderOfB = next();
  const a = nextSlot();
  const aStrides = words(batchRank);
  const b = nextSlot();
  const bStrides = words(batchRank);
  const out = nextSlot();
  const batch = product(batchDims, batchRank);
  isPacked = orderOfB != ORDER_ROWS || m >= LEAST_ROWS_TO_PACK;
  blockRows = min(MOST_ROWS, BLOCK_BYTES / (4 * min(max(k, 1), DEPTH)));
  isInPieces = isATransposed && isPacked && orderOfB != ORDER_PANELS && k > DEPTH;
  const depth = isInPieces ? DEPTH : k;
  if (orderOfB == ORDER_PANELS) packed = b;
  else packed = isPacked ? takeShared(packedBytes(depth, n)) : take(<usize>depth * 32);
  turned = isATransposed ? take(<usize>blockRows * <usize>depth * 4) : 0;
  rows = take((<usize>blockRows) << 2);
  outs = take((<usize>blockRows) << 2);
  segment = take(4);
  tileScratch = take(TILE_SCRATCH);
  readEpilogue(batch * m, n, out);
  if (isMeasuring()) return;
  store<i32>(segment, 0);
  for (let i = 0; i < batch; i++) {
    const left = a + ((<usize>offsetOf(i, batchRank, batchDims, aStrides)) << 2);
    const right = b + ((<usize>offsetOf(i, batchRank, batchDims, bStrides)) << 2);
    if (isInPieces) multiplyPieces(left, right, out, i);
    else multiply(left, right, out, i);
  }
}

/** Where the matrix of a place of the batch begins. */
function offsetOf(place: i32, rank: i32, dims: usize, strides: usize): i32 {
  let offset = 0;
  for (let axis = rank - 1; axis >= 0; axis--) {
    const dim = wordOf(dims, axis);
    offset += (place % dim) * wordOf(strides, axis);
    place /= dim;
  }
  return offset;
}

/** `pack`: puts a matrix into panels, for products that meet it often. */
export function packOnce(): void {
  const rows = next();
  const columns = next();
  const order = next();
  const b = nextSlot();
  const out = nextSlot();
  if (!isMeasuring()) packShare(b, rows, columns, order, out);
}

/** This thread's panels of a matrix, or of some of its rows. */
function packShare(
  b: usize,
  rows: i32,
  columns: i32,
  order: i32,
  target: usize,
  from: i32 = 0,
  count: i32 = rows,
): void {
  const panels = panelCount(columns);
  const isTransposed = order == ORDER_COLUMNS;
  const rowStride: usize = isTransposed ? 4 : <usize>columns * 4;
  const columnStride: usize = isTransposed ? <usize>rows * 4 : 4;
  const first = b + <usize>from * rowStride;
  pack(first, rowStride, columnStride, count, columns, target, shareStart(panels, 1), shareEnd(panels, 1));
}

function multiply(a: usize, b: usize, out: usize, batch: i32): void {
  if (isPacked && orderOfB != ORDER_PANELS) {
    packShare(b, k, n, orderOfB, packed);
    barrier();
  } else if (!isPacked && n % PANEL) {
    const first = n - (n % PANEL);
    packPanel(b + <usize>first * 4, <usize>n * 4, 4, k, n % PANEL, packed);
  }
  const end = shareEnd(m, blockRows);
  for (let row = shareStart(m, blockRows); row < end; row += blockRows) {
    const count = min(blockRows, end - row);
    const first = batch * m + row;
    aim(a, row, count, 0, k, out + <usize>(first * n) * 4);
    for (let depth = 0; depth == 0 || depth < k; depth += DEPTH) {
      store<i32>(segment, depth << 2);
      multiplyDepth(b, count, depth, min(DEPTH, k - depth), k, depth > 0);
    }
    applyEpilogue(first * n, (first + count) * n);
  }
  barrier();
}

/** As `multiply`: the sums of each element are the same, in the same order, but all rows go through a piece of `b` together. */
function multiplyPieces(a: usize, b: usize, out: usize, batch: i32): void {
  const start = shareStart(m, PIECE_ROWS);
  const end = shareEnd(m, PIECE_ROWS);
  for (let depth = 0; depth < k; depth += DEPTH) {
    const length = min(DEPTH, k - depth);
    packShare(b, k, n, orderOfB, packed, depth, length);
    barrier();
    for (let row = start; row < end; row += blockRows) {
      const count = min(blockRows, end - row);
      aim(a, row, count, depth, length, out + <usize>((batch * m + row) * n) * 4);
      store<i32>(segment, 0);
      multiplyDepth(b, count, 0, length, length, depth > 0);
    }
    barrier();
  }
  applyEpilogue((batch * m + start) * n, (batch * m + end) * n);
}

/** Makes or adds the products of `length` rows from `depth` on of `b`, whose panels have `panelRows` rows. */
function multiplyDepth(b: usize, count: i32, depth: i32, length: i32, panelRows: i32, adds: bool): void {
  for (let first = 0; first < n; first += PANEL) {
    const width = min(PANEL, n - first);
    const isDirect = !isPacked && width == PANEL;
    const row: usize = isDirect ? <usize>n << 2 : 32;
    const panel = isDirect ? b + (<usize>first << 2) : packed + (isPacked ? <usize>(first * panelRows) << 2 : 0);
    multiplyPanel(
      count,
      rows,
      outs,
      4,
      segment,
      1,
      length,
      panel + <usize>depth * row,
      row,
      <usize>first << 2,
      width,
      adds,
      tileScratch,
    );
  }
}

/** Notes where the rows of `a` lie, from `depth` on, and those of the result from `out` on. */
function aim(a: usize, row: i32, count: i32, depth: i32, length: i32, out: usize): void {
  let start = a + <usize>(row * k) * 4;
  const step = <usize>length * 4;
  if (isATransposed) {
    transpose(a + <usize>(depth * m + row) * 4, <usize>m * 4, length, count, turned, step);
    start = turned;
  }
  for (let i: usize = 0; i < <usize>count; i++) {
    store<usize>(rows + (i << 2), start + i * step);
    store<usize>(outs + (i << 2), out + i * <usize>n * 4);
  }
}
