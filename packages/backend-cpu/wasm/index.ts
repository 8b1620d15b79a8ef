// The interpreter of the instruction stream. Nothing here is allocated: memory is given by whoever runs it.
import * as C from './codes';
import { conv, convFilterGrad, convInputGrad } from './conv';
import { copy, dynamicSlice, fill } from './copy';
import { depthwiseConv, depthwiseFilterGrad, depthwiseInputGrad } from './depthwise';
import { dot } from './dot';
import { gather, gatherNd, scatterAdd, scatterNd } from './indexing';
import { map } from './map';
import { argReduce, scan, sort } from './order';
import { pool, poolGrad } from './pool';
import { oneHot, random } from './random';
import { reduce } from './reduce';
import { resize } from './resize';
import { gatherReduce, updateRows } from './rows';
import { gatherReduce, updateRows } from './rows';
import {
  forgetPeaks,
  here,
  jump,
  measure,
  next,
  peak,
  peakOfShared,
  resetScratch,
  threadCount,
  threadIndex,
  useSlots,
  useThread,
} from './runtime';
import { softmax } from './softmax';
import { barrier, beginRun, control, endsEarly, joinThreads, noteInstruction, waitForRun } from './threads';

/** Bytes at the start of the heap that `join` needs. */
export function controlBytes(): usize {
  return 64;
}

/** The first call of all: this instance is the thread `index` of `count`, and what they share lies at an address. */
export function join(address: usize, index: i32, count: i32, maySleep: bool): void {
  joinThreads(address, index, count, maySleep);
}

/**
 * Runs the words from byte `from` to byte `to` so many times, with the threads that `serve`.
 *
 * @param scratch for each thread `stride` bytes of it
 * @returns 0, or the number of the instruction in the program that failed, plus 1
 */
export function run(
  from: usize,
  to: usize,
  repeats: i32,
  slots: usize,
  scratch: usize,
  stride: usize,
  shared: usize,
): i32 {
  const shares = control();
  shares.from = from;
  shares.to = to;
  shares.repeats = repeats;
  shares.slots = slots;
  shares.scratch = scratch;
  shares.stride = stride;
  shares.shared = shared;
  shares.failed = 0;
  if (threadCount() > 1) beginRun();
  runShare();
  return shares.failed;
}

/** After a failure: the index that is out of range, and the length of its axis. */
export function failureIndex(): i32 {
  return control().index;
}

export function failureLength(): i32 {
  return control().length;
}

/** What the other threads do until they are told to end: their share of every run. */
export function serve(): void {
  for (let run = 0; ; ) {
    run = waitForRun(run);
    if (control().isOver) return;
    runShare();
  }
}

/** Ends the threads that `serve`. */
export function end(): void {
  control().isOver = 1;
  beginRun();
}

function runShare(): void {
  const shares = control();
  useSlots(shares.slots);
  for (let i = 0; i < shares.repeats && !endsEarly(); i++) {
    runWords(shares.from, shares.to, shares.scratch + <usize>threadIndex() * shares.stride, shares.shared);
    barrier();
  }
}

function runWords(from: usize, to: usize, scratch: usize, shared: usize): void {
  const index = threadIndex();
  const count = threadCount();
  jump(from);
  while (here() < to) {
    const start = here();
    const opcode = next();
    const length = next();
    const flags = next();
    noteInstruction(next());
    if (flags & C.FLAG_BARRIER) barrier();
    resetScratch(scratch, shared);
    if (flags & C.FLAG_SERIAL) {
      if (index == 0) {
        useThread(0, 1);
        runInstruction(opcode);
        useThread(0, count);
      }
    } else runInstruction(opcode);
    if (endsEarly()) return;
    jump(start + ((<usize>length) << 2));
  }
}

/** The scratch memory that each thread needs for the words from `from` to `to`; then `sharedBytes` is what all need together. */
export function scratchBytes(from: usize, to: usize): usize {
  measure(true);
  forgetPeaks();
  jump(from);
  while (here() < to) {
    const start = here();
    const opcode = next();
    const length = next();
    jump(start + 16);
    resetScratch(0, 0);
    runInstruction(opcode);
    jump(start + ((<usize>length) << 2));
  }
  measure(false);
  return peak();
}

export function sharedBytes(): usize {
  return peakOfShared();
}

function runInstruction(opcode: i32): void {
  switch (opcode) {
    case C.OP_MAP:
      return map();
    case C.OP_REDUCE:
      return reduce();
    case C.OP_SOFTMAX:
      return softmax();
    case C.OP_DOT:
      return dot();
    case C.OP_CONV:
      return conv();
    case C.OP_CONV_INPUT_GRAD:
      return convInputGrad();
    case C.OP_CONV_FILTER_GRAD:
      return convFilterGrad();
    case C.OP_GATHER:
      return gather();
    case C.OP_SCATTER_ADD:
      return scatterAdd();
    case C.OP_GATHER_ND:
      return gatherNd();
    case C.OP_SCATTER_ND:
      return scatterNd();
    case C.OP_COPY:
      return copy();
    case C.OP_FILL:
      return fill();
    case C.OP_DYNAMIC_SLICE:
      return dynamicSlice();
    case C.OP_ARG_REDUCE:
      return argReduce();
    case C.OP_SCAN:
      return scan();
    case C.OP_ONE_HOT:
      return oneHot();
    case C.OP_SORT:
      return sort();
    case C.OP_RANDOM:
      return random();
    case C.OP_DEPTHWISE_CONV:
      return depthwiseConv();
    case C.OP_DEPTHWISE_INPUT_GRAD:
      return depthwiseInputGrad();
    case C.OP_DEPTHWISE_FILTER_GRAD:
      return depthwiseFilterGrad();
    case C.OP_POOL:
      return pool();
    case C.OP_POOL_GRAD:
      return poolGrad();
    case C.OP_RESIZE:
      return resize();
    case C.OP_GATHER_REDUCE:
      return gatherReduce();
    case C.OP_UPDATE_ROWS:
      return updateRows();
    case C.OP_GATHER_REDUCE:
      return gatherReduce();
    case C.OP_UPDATE_ROWS:
      return updateRows();
    default:
      return;
  }
}
