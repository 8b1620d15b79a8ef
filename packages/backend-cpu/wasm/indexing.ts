// Instructions that read or write at places that other values name.
import { DTYPE_FLOAT32 } from './codes';
import { copyBytes } from './copy';
import {
  bytesOf,
  isMeasuring,
  next,
  nextSlot,
  product,
  shareEnd,
  shareStart,
  threadIndex,
  wordOf,
  words,
} from './runtime';
import { failIndex } from './threads';

export function gather(): void {
  const size = next();
  const batch = next();
  const outer = next();
  const axisSize = next();
  const inner = next();
  const count = next();
  const source = nextSlot();
  const indices = nextSlot();
  const target = nextSlot();
  if (isMeasuring()) return;
  const bytes = <usize>(inner * size);
  const rows = batch * outer * count;
  const end = shareEnd(rows, 16);
  for (let row = shareStart(rows, 16); row < end; row++) {
    const place = row % count;
    const slice = row / count;
    const index = wordOf(indices, (slice / outer) * count + place);
    if (<u32>index >= <u32>axisSize) return failIndex(index, axisSize);
    copyBytes(target + <usize>row * bytes, source + <usize>(slice * axisSize + index) * bytes, bytes);
  }
}

export function scatterAdd(): void {
  const dtype = next();
  const count = next();
  const inner = next();
  const size = next();
  const ids = nextSlot();
  const values = nextSlot();
  const out = nextSlot();
  if (isMeasuring()) return;
  const bytes = (<usize>inner) << 2;
  // each thread sees to the places of its own
  const from = shareStart(size, 1);
  const end = shareEnd(size, 1);
  memory.fill(out + <usize>from * bytes, 0, <usize>(end - from) * bytes);
  for (let row = 0; row < count; row++) {
    const id = wordOf(ids, row);
    if (id < from || id >= end) continue;
    addElements(out + <usize>id * bytes, values + <usize>row * bytes, inner, dtype);
  }
}

function addElements(to: usize, from: usize, count: i32, dtype: i32): void {
  const end = to + ((<usize>count) << 2);
  if (dtype == DTYPE_FLOAT32) {
    for (; to + 16 <= end; to += 16, from += 16) v128.store(to, f32x4.add(v128.load(to), v128.load(from)));
    for (; to < end; to += 4, from += 4) store<f32>(to, load<f32>(to) + load<f32>(from));
  } else {
    for (; to < end; to += 4, from += 4) store<i32>(to, load<i32>(to) + load<i32>(from));
  }
}

/** The number of the slice that a row of indices names; -1 after a failure. */
function slicePlace(indices: usize, row: i32, depth: i32, dims: usize): i32 {
  let place = 0;
  for (let axis = 0; axis < depth; axis++) {
    const index = wordOf(indices, row * depth + axis);
    const length = wordOf(dims, axis);
    if (<u32>index >= <u32>length) {
      failIndex(index, length);
      return -1;
    }
    place = place * length + index;
  }
  return place;
}

export function gatherNd(): void {
  const size = next();
  const count = next();
  const depth = next();
  const dims = words(depth);
  const inner = next();
  const source = nextSlot();
  const indices = nextSlot();
  const target = nextSlot();
  if (isMeasuring()) return;
  const bytes = <usize>(inner * size);
  const end = shareEnd(count, 16);
  for (let row = shareStart(count, 16); row < end; row++) {
    const place = slicePlace(indices, row, depth, dims);
    if (place < 0) return;
    copyBytes(target + <usize>row * bytes, source + <usize>place * bytes, bytes);
  }
}

export function scatterNd(): void {
  const dtype = next();
  const isUpdate = next() != 0;
  const hasBase = next() != 0;
  const count = next();
  const depth = next();
  const dims = words(depth);
  const inner = next();
  const indices = nextSlot();
  const updates = nextSlot();
  const base = nextSlot();
  const out = nextSlot();
  if (isMeasuring() || threadIndex() != 0) return;
  const bytes = <usize>(inner * bytesOf(dtype));
  const all = <usize>product(dims, depth) * bytes;
  if (!hasBase) memory.fill(out, 0, all);
  else if (base != out) memory.copy(out, base, all);
  for (let row = 0; row < count; row++) {
    const place = slicePlace(indices, row, depth, dims);
    if (place < 0) return;
    const to = out + <usize>place * bytes;
    const from = updates + <usize>row * bytes;
    if (isUpdate) copyBytes(to, from, bytes);
    else addElements(to, from, inner, dtype);
  }
}
