// `reduce`: sums, means, extremes of an expression along some of its axes.
//
// Everything is accumulated in float64. A chunk is cut at places that depend on the shape alone, so that the bits of a sum do not
// depend on how many threads share the work.
import {
  DTYPE_FLOAT32,
  DTYPE_INT32,
  REDUCE_ALL,
  REDUCE_ANY,
  REDUCE_MAX,
  REDUCE_MEAN,
  REDUCE_MIN,
  REDUCE_PROD,
  REDUCE_SUM,
} from './codes';
import { readCode, registerOf, runCode, setRegister } from './code';
import { CHUNK, loadLanes, setOperand, takeOperands } from './operands';
import { isMeasuring, next, product, setWord, shareEnd, shareStart, slot, take, threadIndex, wordOf, words } from './runtime';
import { toInt32 } from './scalar';

let kind: i32 = 0;
let isFloat: bool = true;
let rank: i32 = 0;
let dims: usize = 0;
let inputCount: i32 = 0;
let operands: usize = 0;
let register: i32 = 0;
let out: usize = 0;
let outDtype: i32 = 0;
/** How many elements become one. */
let length: i32 = 0;

export function reduce(): void {
  kind = next();
  const isByColumns = next() != 0;
  const keptCount = next();
  const kept = words(keptCount);
  const reducedCount = next();
  const reduced = words(reducedCount);
  rank = keptCount + reducedCount;
  dims = take((<usize>rank) << 2);
  arrange(dims, kept, keptCount, reduced, reducedCount, isByColumns);
  inputCount = next();
  operands = takeOperands(inputCount);
  for (let i = 0; i < inputCount; i++) {
    const index = next();
    const dtype = next();
    const given = words(rank);
    const strides = take((<usize>rank) << 2);
    arrange(strides, given, keptCount, given + ((<usize>keptCount) << 2), reducedCount, isByColumns);
    setOperand(operands, i, index, dtype, rank, dims, strides);
  }
  isFloat = next() == DTYPE_FLOAT32;
  register = next();
  const outSlot = next();
  outDtype = next();
  readCode();
  const count = product(kept, keptCount);
  length = product(reduced, reducedCount);
  const sums = isByColumns ? take((<usize>count) << 3) : 0;
  if (isMeasuring()) return;
  out = slot(outSlot);
  if (isByColumns) reduceColumns(sums, count);
  else reduceRows(count);
}

/** Kept and reduced items in the order of the iteration: the axes that vary fastest last. */
function arrange(to: usize, kept: usize, keptCount: i32, reduced: usize, reducedCount: i32, isByColumns: bool): void {
  if (isMeasuring()) return;
  const keptFrom = isByColumns ? reducedCount : 0;
  const reducedFrom = isByColumns ? 0 : keptCount;
  for (let i = 0; i < keptCount; i++) setWord(to, keptFrom + i, wordOf(kept, i));
  for (let i = 0; i < reducedCount; i++) setWord(to, reducedFrom + i, wordOf(reduced, i));
}

/** The values of `count` elements from `start` on. */
function values(start: i32, count: i32): usize {
  for (let i = 0; i < inputCount; i++) setRegister(i, loadLanes(operands, i, rank, dims, start, count));
  runCode(count, 0);
  return registerOf(register);
}

function reduceRows(rows: i32): void {
  const perChunk = length > 0 && length < CHUNK ? CHUNK / length : 1;
  const end = shareEnd(rows, perChunk);
  for (let row = shareStart(rows, perChunk); row < end; row += perChunk) {
    const together = min(perChunk, end - row);
    if (length > CHUNK || length == 0) {
      let sum = initial();
      for (let from = 0; from < length; from += CHUNK) {
        const lanes = min(CHUNK, length - from);
        sum = combine(sum, reduceLanes(values(row * length + from, lanes), lanes));
      }
      finish(row, sum);
    } else {
      let lanes = values(row * length, together * length);
      for (let i = 0; i < together; i++) {
        finish(row + i, reduceLanes(lanes, length));
        lanes += (<usize>length) << 2;
      }
    }
  }
}

/** One thread does it: the rows come one after the other. */
function reduceColumns(sums: usize, columns: i32): void {
  if (threadIndex() != 0) return;
  for (let i = 0; i < columns; i++) store<f64>(sums + ((<usize>i) << 3), initial());
  const together = columns > 0 && columns < CHUNK ? CHUNK / columns : 1;
  for (let row = 0; row < length; row += together) {
    if (columns > CHUNK) {
      for (let from = 0; from < columns; from += CHUNK) {
        const lanes = min(CHUNK, columns - from);
        combineLanes(sums + ((<usize>from) << 3), values(row * columns + from, lanes), lanes);
      }
    } else {
      const rows = min(together, length - row);
      let lanes = values(row * columns, rows * columns);
      for (let i = 0; i < rows; i++) {
        combineLanes(sums, lanes, columns);
        lanes += (<usize>columns) << 2;
      }
    }
  }
  for (let i = 0; i < columns; i++) finish(i, load<f64>(sums + ((<usize>i) << 3)));
}

function initial(): f64 {
  if (kind == REDUCE_PROD || kind == REDUCE_ALL) return 1;
  if (kind == REDUCE_MAX) return length == 0 ? NaN : -Infinity;
  if (kind == REDUCE_MIN) return length == 0 ? NaN : Infinity;
  return 0;
}

function combine(a: f64, b: f64): f64 {
  switch (kind) {
    case REDUCE_PROD:
      return a * b;
    case REDUCE_MAX:
    case REDUCE_ANY:
      return max(a, b);
    case REDUCE_MIN:
    case REDUCE_ALL:
      return min(a, b);
    default:
      return a + b;
  }
}

function finish(place: i32, value: f64): void {
  const result = kind == REDUCE_MEAN && length > 0 ? value / <f64>length : value;
  if (outDtype == DTYPE_FLOAT32) store<f32>(out + ((<usize>place) << 2), <f32>result);
  else if (outDtype == DTYPE_INT32) store<i32>(out + ((<usize>place) << 2), toInt32(result));
  else store<u8>(out + place, <u8>toInt32(result));
}

// @ts-ignore: decorator
@inline
function lane(at: usize): f64 {
  return isFloat ? <f64>load<f32>(at) : <f64>load<i32>(at);
}

/** All lanes as one. */
function reduceLanes(lanes: usize, count: i32): f64 {
  const end = lanes + ((<usize>count) << 2);
  if (kind == REDUCE_SUM || kind == REDUCE_MEAN) return isFloat ? sumFloats(lanes, end) : sumInts(lanes, end);
  if (isFloat && kind == REDUCE_MAX) return maxFloats(lanes, end);
  let result = initial();
  for (; lanes < end; lanes += 4) result = combine(result, lane(lanes));
  return result;
}

function sumFloats(at: usize, end: usize): f64 {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (; at + 16 <= end; at += 16) {
    const value = v128.load(at);
    low = f64x2.add(low, f64x2.promote_low_f32x4(value));
    high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<i32>(value, value, 2, 3, 2, 3)));
  }
  let sum = horizontal(f64x2.add(low, high));
  for (; at < end; at += 4) sum += <f64>load<f32>(at);
  return sum;
}

function sumInts(at: usize, end: usize): f64 {
  let sum: f64 = 0;
  for (; at < end; at += 4) sum += <f64>load<i32>(at);
  return sum;
}

function maxFloats(at: usize, end: usize): f64 {
  let most = f32x4.splat(-Infinity);
  for (; at + 16 <= end; at += 16) most = f32x4.max(most, v128.load(at));
  let result = max(
    max(f32x4.extract_lane(most, 0), f32x4.extract_lane(most, 1)),
    max(f32x4.extract_lane(most, 2), f32x4.extract_lane(most, 3)),
  );
  for (; at < end; at += 4) result = max(result, load<f32>(at));
  return <f64>result;
}

// @ts-ignore: decorator
@inline
function horizontal(pair: v128): f64 {
  return f64x2.extract_lane(pair, 0) + f64x2.extract_lane(pair, 1);
}

/** Each lane into its own result. */
function combineLanes(sums: usize, lanes: usize, count: i32): void {
  const end = lanes + ((<usize>count) << 2);
  if (isFloat && (kind == REDUCE_SUM || kind == REDUCE_MEAN)) {
    for (; lanes + 16 <= end; lanes += 16, sums += 32) {
      const value = v128.load(lanes);
      v128.store(sums, f64x2.add(v128.load(sums), f64x2.promote_low_f32x4(value)));
      const upper = v128.shuffle<i32>(value, value, 2, 3, 2, 3);
      v128.store(sums, f64x2.add(v128.load(sums, 16), f64x2.promote_low_f32x4(upper)), 16);
    }
  }
  for (; lanes < end; lanes += 4, sums += 8) store<f64>(sums, combine(load<f64>(sums), lane(lanes)));
}
