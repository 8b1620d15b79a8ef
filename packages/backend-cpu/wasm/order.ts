// Instructions along an axis whose elements have an order: `argReduce`, `scan`, `sort`.
import { DTYPE_FLOAT32, DTYPE_INT32 } from './codes';
import { bytesOf, isMeasuring, next, nextSlot, shareEnd, shareStart, take } from './runtime';

/** An element as float64, in which all of them are exact. */
// @ts-ignore: decorator
@inline
function element(from: usize, index: i32, dtype: i32): f64 {
  if (dtype == DTYPE_FLOAT32) return <f64>load<f32>(from + ((<usize>index) << 2));
  if (dtype == DTYPE_INT32) return <f64>load<i32>(from + ((<usize>index) << 2));
  return <f64>load<u8>(from + <usize>index);
}

export function argReduce(): void {
  const isMin = next() != 0;
  const dtype = next();
  const outer = next();
  const length = next();
  const inner = next();
  const source = nextSlot();
  const out = nextSlot();
  if (isMeasuring()) return;
  const sign: f64 = isMin ? -1 : 1;
  const rows = outer * inner;
  const end = shareEnd(rows, 16);
  for (let row = shareStart(rows, 16); row < end; row++) {
    const start = (row / inner) * length * inner + (row % inner);
    let best = 0;
    let most = sign * element(source, start, dtype);
    for (let i = 1; i < length; i++) {
      const value = sign * element(source, start + i * inner, dtype);
      if (value > most) {
        most = value;
        best = i;
      }
    }
    store<i32>(out + ((<usize>row) << 2), best);
  }
}

export function scan(): void {
  const isProduct = next() != 0;
  const dtype = next();
  const isExclusive = next() != 0;
  const isReversed = next() != 0;
  const outer = next();
  const length = next();
  const inner = next();
  const source = nextSlot();
  const out = nextSlot();
  if (isMeasuring() || length == 0) return;
  const rows = outer * inner;
  const end = shareEnd(rows, 16);
  const step = isReversed ? -inner : inner;
  for (let row = shareStart(rows, 16); row < end; row++) {
    const start = (row / inner) * length * inner + (row % inner);
    const first = isReversed ? start + (length - 1) * inner : start;
    if (dtype == DTYPE_FLOAT32) scanFloats(source, out, first, step, length, isProduct, isExclusive);
    else scanInts(source, out, first, step, length, isProduct, isExclusive, dtype);
  }
}

function scanFloats(
  source: usize,
  out: usize,
  at: i32,
  step: i32,
  length: i32,
  isProduct: bool,
  isExclusive: bool,
): void {
  let result: f32 = isProduct ? 1 : 0;
  for (let i = 0; i < length; i++, at += step) {
    const offset = (<usize>at) << 2;
    const value = load<f32>(source + offset);
    if (isExclusive) store<f32>(out + offset, result);
    // the first element is taken as it is, -0 too
    if (i == 0 && !isExclusive) result = value;
    else result = isProduct ? result * value : result + value;
    if (!isExclusive) store<f32>(out + offset, result);
  }
}

function scanInts(
  source: usize,
  out: usize,
  at: i32,
  step: i32,
  length: i32,
  isProduct: bool,
  isExclusive: bool,
  dtype: i32,
): void {
  let result = isProduct ? 1 : 0;
  for (let i = 0; i < length; i++, at += step) {
    const value = <i32>element(source, at, dtype);
    const before = result;
    // products as the reference has them: rounded to float64, then modulo 2³²
    result = isProduct ? <i32>(<i64>(<f64>(<i64>result * <i64>value))) : result + value;
    store<i32>(out + ((<usize>at) << 2), isExclusive ? before : result);
  }
}

/** Up to this many elements are sorted by insertion. */
const SHORT: i32 = 24;

export function sort(): void {
  const dtype = next();
  const rows = next();
  const length = next();
  const isDescending = next() != 0;
  const source = nextSlot();
  const values = nextSlot();
  const places = nextSlot();
  const keys = take((<usize>length) << 3);
  const other = take((<usize>length) << 3);
  const counts = take(256 << 2);
  if (isMeasuring()) return;
  const size = bytesOf(dtype);
  const end = shareEnd(rows, 1);
  for (let row = shareStart(rows, 1); row < end; row++) {
    const start = row * length;
    for (let i = 0; i < length; i++) {
      const key = keyOf(source, start + i, dtype);
      store<u64>(keys + ((<usize>i) << 3), (<u64>(isDescending ? ~key : key) << 32) | i);
    }
    if (length <= SHORT) insert(keys, length);
    else sortKeys(keys, other, counts, length);
    for (let i = 0; i < length; i++) {
      const place = load<i32>(keys + ((<usize>i) << 3));
      store<i32>(places + ((<usize>(start + i)) << 2), place);
      const to = values + <usize>((start + i) * size);
      const from = source + <usize>((start + place) * size);
      if (size == 4) store<i32>(to, load<i32>(from));
      else store<u8>(to, load<u8>(from));
    }
  }
}

/** A number that is ordered as the elements are: -0 as 0, NaN behind all. */
function keyOf(source: usize, index: i32, dtype: i32): u32 {
  if (dtype == DTYPE_INT32) return load<u32>(source + ((<usize>index) << 2)) ^ 0x80000000;
  if (dtype != DTYPE_FLOAT32) return <u32>load<u8>(source + <usize>index);
  const value = load<f32>(source + ((<usize>index) << 2));
  if (value != value) return 0xffffffff;
  const bits = reinterpret<u32>(value + 0);
  return bits >> 31 ? ~bits : bits | 0x80000000;
}

function insert(keys: usize, length: i32): void {
  for (let i = 1; i < length; i++) {
    const key = load<u64>(keys + ((<usize>i) << 3));
    let at = keys + ((<usize>i) << 3);
    for (; at > keys && load<u64>(at - 8) > key; at -= 8) store<u64>(at, load<u64>(at - 8));
    store<u64>(at, key);
  }
}

/** By the bytes of the upper half, the lowest first: four stable passes, after which the keys are back where they were. */
function sortKeys(keys: usize, other: usize, counts: usize, length: i32): void {
  const bytes = (<usize>length) << 3;
  for (let byte: usize = 4; byte < 8; byte++) {
    memory.fill(counts, 0, 256 << 2);
    for (let at = keys; at < keys + bytes; at += 8) {
      const count = counts + ((<usize>load<u8>(at + byte)) << 2);
      store<i32>(count, load<i32>(count) + 1);
    }
    let sum = 0;
    for (let count = counts; count < counts + (256 << 2); count += 4) {
      const here = load<i32>(count);
      store<i32>(count, sum);
      sum += here;
    }
    for (let at = keys; at < keys + bytes; at += 8) {
      const count = counts + ((<usize>load<u8>(at + byte)) << 2);
      const place = load<i32>(count);
      store<i32>(count, place + 1);
      store<u64>(other + ((<usize>place) << 3), load<u64>(at));
    }
    const swapped = keys;
    keys = other;
    other = swapped;
  }
}
