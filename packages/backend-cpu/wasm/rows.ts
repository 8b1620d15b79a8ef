// Instructions on the rows of tables that ids name, for embeddings: `gatherReduce`, `updateRows`.
import { REDUCE_MAX, REDUCE_MEAN, REDUCE_MIN } from './codes';
import { readCode, setRegister } from './code';
import { aimOutputs, computeOutputs, readOutputs } from './map';
import { BLOCK, CHUNK, CHUNK_BYTES, loadLanes, setOperand, takeOperands } from './operands';
import {
  isMeasuring,
  next,
  nextSlot,
  setWord,
  shareEnd,
  shareStart,
  slot,
  take,
  takeShared,
  threadIndex,
  wordOf,
  words,
} from './runtime';
import { barrier, failIndex } from './threads';

export function gatherReduce(): void {
  const kind = next();
  const outer = next();
  const count = next();
  const inner = next();
  const size = next();
  const x = nextSlot();
  const ids = nextSlot();
  const out = nextSlot();
  if (isMeasuring()) return;
  const rowBytes = <usize>inner << 2;
  const end = shareEnd(outer, 1);
  for (let row = shareStart(outer, 1); row < end; row++) {
    const list = ids + (<usize>(row * count) << 2);
    for (let i = 0; i < count; i++) {
      const id = wordOf(list, i);
      if (<u32>id >= <u32>size) return failIndex(id, size);
    }
    const to = out + <usize>row * rowBytes;
    let c: usize = 0;
    if (kind == REDUCE_MAX || kind == REDUCE_MIN) {
      for (; c < rowBytes; c += 4) store<f32>(to + c, extreme(x + c, list, count, rowBytes, kind == REDUCE_MAX));
    } else {
      const share: f64 = kind == REDUCE_MEAN ? <f64>max(count, 1) : 1;
      for (; c + 16 <= rowBytes; c += 16) v128.store(to + c, sumOfFour(x + c, list, count, rowBytes, share));
      for (; c < rowBytes; c += 4) store<f32>(to + c, sumOfOne(x + c, list, count, rowBytes, share));
    }
  }
}

// @ts-ignore: decorator
@inline
function rowOf(list: usize, index: i32, rowBytes: usize): usize {
  return <usize>wordOf(list, index) * rowBytes;
}

function sumOfFour(x: usize, list: usize, count: i32, rowBytes: usize, share: f64): v128 {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (let i = 0; i < count; i++) {
    const value = v128.load(x + rowOf(list, i, rowBytes));
    low = f64x2.add(low, f64x2.promote_low_f32x4(value));
    high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<i32>(value, value, 2, 3, 2, 3)));
  }
  low = f64x2.div(low, f64x2.splat(share));
  high = f64x2.div(high, f64x2.splat(share));
  return v128.shuffle<i32>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 4, 5);
}

function sumOfOne(x: usize, list: usize, count: i32, rowBytes: usize, share: f64): f32 {
  let sum: f64 = 0;
  for (let i = 0; i < count; i++) sum += <f64>load<f32>(x + rowOf(list, i, rowBytes));
  return <f32>(sum / share);
}

/** NaN stays; of nothing it is NaN. */
function extreme(x: usize, list: usize, count: i32, rowBytes: usize, isMax: bool): f32 {
  if (count == 0) return NaN;
  let result: f32 = isMax ? -Infinity : Infinity;
  for (let i = 0; i < count; i++) {
    const value = load<f32>(x + rowOf(list, i, rowBytes));
    result = isMax ? max(result, value) : min(result, value);
  }
  return result;
}

/** For each row of the table the first place of its id among the ids, and for each place the next one of the same id; else -1. */
let firsts: usize = 0;
let nexts: usize = 0;
let repeat: i32 = 0;
let inner: i32 = 0;

export function updateRows(): void {
  const count = next();
  repeat = next();
  inner = next();
  const size = next();
  const ids = nextSlot();
  const sumCount = next();
  const sums = words(sumCount);
  const inputCount = next();
  const operands = takeOperands(inputCount);
  const dims = take(8);
  if (!isMeasuring()) {
    setWord(dims, 0, size);
    setWord(dims, 1, inner);
  }
  for (let i = 0; i < inputCount; i++) {
    const index = next();
    const dtype = next();
    setOperand(operands, i, index, dtype, 2, dims, words(2));
  }
  readOutputs();
  readCode();
  const buffers = take(<usize>sumCount * CHUNK_BYTES);
  firsts = takeShared(<usize>size << 2);
  nexts = takeShared(<usize>count << 2);
  if (isMeasuring()) return;

  if (threadIndex() == 0) listPlaces(ids, count, size);
  barrier();
  aimOutputs(operands, inputCount, sumCount);
  memory.fill(buffers, 0, <usize>sumCount * CHUNK_BYTES);
  let isZero = true;
  let rows = max(1, CHUNK / max(1, inner));
  if (rows > BLOCK) rows -= rows % BLOCK;
  const end = shareEnd(size, rows);
  for (let row = shareStart(size, rows); row < end; row += rows) {
    const together = min(rows, end - row);
    const isNamed = hasPlaces(row, together);
    for (let from = 0; from < together * inner; from += CHUNK) {
      const lanes = min(CHUNK, together * inner - from);
      if (!isZero) memory.fill(buffers, 0, <usize>sumCount * CHUNK_BYTES);
      for (let i = 0; i < sumCount; i++) {
        const buffer = buffers + <usize>i * CHUNK_BYTES;
        if (isNamed) addRows(buffer, slot(wordOf(sums, i)), row, together, from, lanes);
        setRegister(i, buffer);
      }
      isZero = !isNamed;
      const start = row * inner + from;
      for (let i = 0; i < inputCount; i++) setRegister(sumCount + i, loadLanes(operands, i, 2, dims, start, lanes));
      computeOutputs(start, lanes);
    }
  }
  barrier();
}

/** Lists the places of each id in their order; ids beyond the table have none. */
function listPlaces(ids: usize, count: i32, size: i32): void {
  memory.fill(firsts, 255, <usize>size << 2);
  for (let place = count - 1; place >= 0; place--) {
    const id = wordOf(ids, place);
    if (<u32>id >= <u32>size) continue;
    setWord(nexts, place, wordOf(firsts, id));
    setWord(firsts, id, place);
  }
}

function hasPlaces(row: i32, count: i32): bool {
  for (let i = row; i < row + count; i++) if (wordOf(firsts, i) >= 0) return true;
  return false;
}

/** Adds the values of the lanes `from` … of `count` rows from `row` on to a buffer: all of these rows, or a part of one. */
function addRows(buffer: usize, values: usize, row: i32, count: i32, from: i32, lanes: i32): void {
  const length = count == 1 ? lanes : inner;
  const column = count == 1 ? from : 0;
  for (let i = 0; i < count; i++) {
    const start = buffer + (<usize>(i * inner) << 2);
    for (let place = wordOf(firsts, row + i); place >= 0; place = wordOf(nexts, place)) {
      addLanes(start, values + (<usize>((place / repeat) * inner + column) << 2), length);
    }
  }
}

function addLanes(to: usize, from: usize, count: i32): void {
  const end = to + (<usize>count << 2);
  for (; to + 16 <= end; to += 16, from += 16) v128.store(to, f32x4.add(v128.load(to), v128.load(from)));
  for (; to < end; to += 4, from += 4) store<f32>(to, load<f32>(to) + load<f32>(from));
}
