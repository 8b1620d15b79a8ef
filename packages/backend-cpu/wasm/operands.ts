// Operands of an iteration space: memory that is read by chunks of lanes, whatever its strides and its dtype.
import { DTYPE_FLOAT32, DTYPE_INT32 } from './codes';
import { bytesOf, isMeasuring, slot, take, wordOf } from './runtime';

/** Functions are computed for a multiple of so many lanes. */
export const BLOCK: i32 = 16;

/** Lanes of a chunk, and the bytes of one with room for what reaches over its end. */
export const CHUNK: i32 = 512;
export const CHUNK_BYTES: usize = 2048 + 64;

/** The operand lies as the iteration goes. */
const CONTIGUOUS: i32 = 0;
/** One element for all. */
const SINGLE: i32 = 1;
const STRIDED: i32 = 2;

/** Of a list of operands that share an iteration space. */
@unmanaged
class Operand {
  address: usize;
  dtype: i32;
  kind: i32;
  strides: usize;
  /** Where a chunk is put that does not lie in memory as lanes. */
  buffer: usize;
  isFilled: i32;
  /** The place along each axis, while the operand is walked. */
  places: usize;
}

/** The bytes of an operand. */
const SIZE: usize = 32;

/** Memory for a list of operands. */
export function takeOperands(count: i32): usize {
  return take(<usize>count * SIZE);
}

// @ts-ignore: decorator
@inline
function operandOf(operands: usize, index: i32): Operand {
  return changetype<Operand>(operands + <usize>index * SIZE);
}

/** Describes the operand of a slot by the strides it has for an iteration space. */
export function setOperand(
  operands: usize,
  index: i32,
  slotIndex: i32,
  dtype: i32,
  rank: i32,
  dims: usize,
  strides: usize,
): void {
  const operand = operandOf(operands, index);
  const buffer = take(CHUNK_BYTES);
  const places = take((<usize>rank) << 2);
  if (isMeasuring()) return;
  operand.buffer = buffer;
  operand.places = places;
  operand.address = slot(slotIndex);
  operand.dtype = dtype;
  operand.strides = strides;
  operand.isFilled = 0;
  let isSingle = true;
  let isContiguous = true;
  let expected = 1;
  for (let axis = rank - 1; axis >= 0; axis--) {
    const dim = wordOf(dims, axis);
    if (dim == 1) continue;
    const stride = wordOf(strides, axis);
    if (stride != 0) isSingle = false;
    if (stride != expected) isContiguous = false;
    expected *= dim;
  }
  operand.kind = isSingle ? SINGLE : isContiguous ? CONTIGUOUS : STRIDED;
}

/** Whether the chunks of an operand are its own memory, so that who writes there changes it. */
export function isDirect(operands: usize, index: i32): bool {
  const operand = operandOf(operands, index);
  return operand.kind == CONTIGUOUS && bytesOf(operand.dtype) == 4;
}

/** Whether the operand is one element for all lanes. */
export function isSingle(operands: usize, index: i32): bool {
  return operandOf(operands, index).kind == SINGLE;
}

export function addressOf(operands: usize, index: i32): usize {
  return operandOf(operands, index).address;
}

/** The lanes `start` … `start + count` of an operand; bool and uint8 as integers. */
export function loadLanes(operands: usize, index: i32, rank: i32, dims: usize, start: i32, count: i32): usize {
  const operand = operandOf(operands, index);
  const kind = operand.kind;
  const dtype = operand.dtype;
  const address = operand.address;
  const buffer = operand.buffer;
  if (kind == SINGLE) {
    if (!operand.isFilled) {
      copyRun(buffer, address, 0, CHUNK, dtype);
      operand.isFilled = 1;
    }
    return buffer;
  }
  if (kind == CONTIGUOUS) {
    if (bytesOf(dtype) == 4) return address + ((<usize>start) << 2);
    copyRun(buffer, address + start, 1, count, dtype);
    return buffer;
  }
  walk(operand, rank, dims, start, count);
  return buffer;
}

/** Copies the lanes of a strided operand to its buffer, run by run along the last axis. */
function walk(operand: Operand, rank: i32, dims: usize, start: i32, count: i32): void {
  const address = operand.address;
  const strides = operand.strides;
  const places = operand.places;
  const buffer = operand.buffer;
  const dtype = operand.dtype;
  const size = bytesOf(dtype);
  const last = rank - 1;
  let rest = start;
  let offset = 0;
  for (let axis = last; axis >= 0; axis--) {
    const dim = wordOf(dims, axis);
    const place = rest % dim;
    rest /= dim;
    store<i32>(places + ((<usize>axis) << 2), place);
    offset += place * wordOf(strides, axis);
  }
  const dim = wordOf(dims, last);
  const stride = wordOf(strides, last);
  let place = load<i32>(places + ((<usize>last) << 2));
  let done = 0;
  while (true) {
    const run = min(dim - place, count - done);
    copyRun(buffer + ((<usize>done) << 2), address + <usize>(offset * size), stride, run, dtype);
    done += run;
    if (done == count) return;
    offset -= place * stride;
    place = 0;
    // the next place of the axes before the last
    for (let axis = last - 1; axis >= 0; axis--) {
      const at = places + ((<usize>axis) << 2);
      const next = load<i32>(at) + 1;
      offset += wordOf(strides, axis);
      if (next < wordOf(dims, axis)) {
        store<i32>(at, next);
        break;
      }
      store<i32>(at, 0);
      offset -= next * wordOf(strides, axis);
    }
  }
}

/** `count` elements that are `stride` apart, as lanes; may write up to three lanes more. */
function copyRun(to: usize, from: usize, stride: i32, count: i32, dtype: i32): void {
  if (dtype == DTYPE_FLOAT32 || dtype == DTYPE_INT32) copyWords(to, from, stride, count);
  else copyBytes(to, from, stride, count);
}

function copyWords(to: usize, from: usize, stride: i32, count: i32): void {
  const end = to + ((<usize>count) << 2);
  if (stride == 1) {
    for (; to < end; to += 16, from += 16) v128.store(to, v128.load(from));
  } else if (stride == 0) {
    const value = v128.load32_splat(from);
    for (; to < end; to += 16) v128.store(to, value);
  } else {
    for (; to < end; to += 4, from += (<usize>stride) << 2) store<i32>(to, load<i32>(from));
  }
}

function copyBytes(to: usize, from: usize, stride: i32, count: i32): void {
  const end = to + ((<usize>count) << 2);
  if (stride == 1) {
    for (; to < end; to += 16, from += 4) {
      v128.store(to, i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(from))));
    }
  } else if (stride == 0) {
    const value = i32x4.splat(load<u8>(from));
    for (; to < end; to += 16) v128.store(to, value);
  } else {
    for (; to < end; to += 4, from += <usize>stride) store<i32>(to, load<u8>(from));
  }
}

/** Writes lanes to memory of a dtype. */
export function storeLanes(to: usize, start: i32, lanes: usize, count: i32, dtype: i32): void {
  if (bytesOf(dtype) == 4) memory.copy(to + ((<usize>start) << 2), lanes, (<usize>count) << 2);
  else for (let i: usize = 0; i < <usize>count; i++) store<u8>(to + start + i, load<u8>(lanes + (i << 2)));
}
