// The interpreter of the instruction stream. Nothing here is allocated: memory is given by whoever runs it.
import * as C from './codes';
import { conv, convFilterGrad, convInputGrad } from './conv';
import { copy, dynamicSlice, fill } from './copy';
import { depthwiseConv, depthwiseInputGrad } from './depthwise';
import { depthwiseFilterGrad } from './depthwise-filter-grad';
import { dot, packOnce } from './dot';
import { gather, gatherNd, scatterAdd, scatterNd } from './indexing';
import { map } from './map';
import { CARRY, exchangeCarries, MOVE, moveSlots, OWN, ownBytesOf, placeCarries, placeOwn } from './loop';
import { argReduce, scan, sort } from './order';
import { pool, poolGrad } from './pool';
import { note, useTimes } from './profile';
import { oneHot, random } from './random';
import { reduce } from './reduce';
import { resize } from './resize';
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
  shareEnd,
  shareStart,
  threadCount,
  threadIndex,
  useSlots,
  useThread,
  words,
} from './runtime';
import { softmax } from './softmax';
import {
  barrier,
  beginRun,
  breakOff,
  Control,
  control,
  endsEarly,
  isBroken,
  joinThreads,
  leave,
  noteInstruction,
  waitForRun,
} from './threads';

export { breakOff, isBroken, leave };

/** The first call of all: this instance is the thread `index` of `count`, and what they share lies at an address. */
export function join(address: usize, index: i32, count: i32, maySleep: bool): void {
  joinThreads(address, index, count, maySleep);
}

/**
 * Runs the words from byte `from` to byte `to` so many times, with the threads that `serve`.
 *
 * @param slots the table of slots, of `slotBytes`, and memory for as many tables as there are threads
 * @param scratch for each thread `stride` bytes of it
 * @param times where the times of the instructions are added up, in milliseconds, or 0
 * @returns 0, or the number of the instruction in the program that failed, plus 1
 */
export function run(
  from: usize,
  to: usize,
  repeats: i32,
  slots: usize,
  slotBytes: usize,
  scratch: usize,
  stride: usize,
  shared: usize,
  times: usize,
): i32 {
  const shares = control();
  shares.from = from;
  shares.to = to;
  shares.repeats = repeats;
  shares.slots = slots;
  shares.slotBytes = slotBytes;
  shares.scratch = scratch;
  shares.stride = stride;
  shares.shared = shared;
  shares.times = times;
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
    if (control().isOver || isBroken()) return;
    runShare();
  }
}

/** Ends the threads that `serve`. */
export function end(): void {
  control().isOver = 1;
  beginRun();
}

/** A bit for each thread that served and has ended, by its index. */
export function leftThreads(): i32 {
  return atomic.load<i32>(changetype<usize>(control()) + offsetof<Control>('left'));
}

function runShare(): void {
  const shares = control();
  const index = <usize>threadIndex();
  const slots = shares.slots + (index + 1) * shares.slotBytes;
  memory.copy(slots, shares.slots, shares.slotBytes);
  useSlots(slots);
  useTimes(index == 0 ? shares.times : 0);
  // after the last barrier the first thread may go on to another run, and say how often that is
  const repeats = shares.repeats;
  // nothing is written before all are there
  barrier();
  for (let i = 0; i < repeats && !endsEarly(); i++) {
    runWords(shares.from, shares.to, shares.scratch + index * shares.stride, shares.shared);
    barrier();
    note(-1);
  }
}

function runWords(from: usize, to: usize, scratch: usize, shared: usize): void {
  const index = threadIndex();
  const count = threadCount();
  jump(from);
  while (here() < to) {
    const start = here();
    const opcode = next();
    let end = start + ((<usize>next()) << 2);
    // the body of a loop comes behind it; the last word says how long it is
    if (opcode == C.OP_LOOP) end += (<usize>load<i32>(end - 4)) << 2;
    const flags = next();
    const instruction = next();
    noteInstruction(instruction);
    if (flags & C.FLAG_BARRIER) barrier();
    resetScratch(scratch, shared);
    const isSerial = (flags & C.FLAG_SERIAL) != 0;
    if (!isSerial || index == 0) {
      note(instruction);
      if (isSerial) useThread(0, 1);
      if (opcode == C.OP_LOOP) runLoop(scratch, shared);
      else runInstruction(opcode);
      if (isSerial) useThread(0, count);
    }
    if (endsEarly()) return;
    jump(end);
  }
}

function runLoop(scratch: usize, shared: usize): void {
  const length = next();
  const isReversed = next() != 0;
  next(); // threads meet in the body
  const moveCount = next();
  const moves = words(moveCount * MOVE);
  const carryCount = next();
  const carries = words(carryCount * CARRY);
  const isApart = next() != 0;
  const ownCount = next();
  const own = words(ownCount * OWN);
  const ownBytes = <usize>next();
  const bytes = (<usize>next()) << 2;
  const body = here();
  if (isApart) {
    const index = threadIndex();
    const count = threadCount();
    const end = shareEnd(length, 1);
    placeOwn(own, ownCount, scratch);
    const start = shareStart(length, 1);
    useThread(0, 1);
    for (let i = start; i < end && !endsEarly(); i++) {
      moveSlots(moves, moveCount, isReversed ? length - 1 - i : i);
      runWords(body, body + bytes, scratch + ownBytes, shared);
    }
    useThread(index, count);
    return;
  }
  placeCarries(carries, carryCount);
  for (let i = 0; i < length && !endsEarly(); i++) {
    moveSlots(moves, moveCount, isReversed ? length - 1 - i : i);
    runWords(body, body + bytes, scratch, shared);
    exchangeCarries(carries, carryCount);
  }
}

/** The scratch memory that each thread needs for the words from `from` to `to`; then `sharedBytes` is what all need together. */
export function scratchBytes(from: usize, to: usize): usize {
  let most: usize = 0;
  measure(true);
  forgetPeaks();
  jump(from);
  while (here() < to) {
    const start = here();
    const opcode = next();
    const length = next();
    jump(start + 16);
    resetScratch(0, 0);
    if (opcode == C.OP_LOOP) most = max(most, ownBytesOf());
    runInstruction(opcode);
    jump(start + ((<usize>length) << 2));
  }
  measure(false);
  return peak() + most;
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
    case C.OP_PACK:
      return packOnce();
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
    default:
      return;
  }
}
