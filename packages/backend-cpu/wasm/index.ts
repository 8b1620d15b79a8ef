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
import {
  clearFailure,
  hasFailed,
  here,
  isMeasuring,
  jump,
  measure,
  next,
  peak,
  resetScratch,
  useSlots,
  useThread,
} from './runtime';
import { softmax } from './softmax';

export { failureIndex, failureLength } from './runtime';

/**
 * Runs the words from byte `from` to byte `to`.
 *
 * @returns 0, or the number of the instruction in the program that failed, plus 1
 */
export function run(from: usize, to: usize, slotTable: usize, scratch: usize): i32 {
  useSlots(slotTable);
  clearFailure();
  jump(from);
  while (here() < to) {
    const start = here();
    const opcode = next();
    const length = next();
    next(); // flags
    const instruction = next();
    resetScratch(scratch);
    runInstruction(opcode);
    if (hasFailed()) return instruction + 1;
    jump(start + ((<usize>length) << 2));
  }
  return 0;
}

/** The scratch memory that the words from `from` to `to` need. */
export function scratchBytes(from: usize, to: usize): usize {
  measure(true);
  let most: usize = 0;
  jump(from);
  while (here() < to) {
    const start = here();
    const opcode = next();
    const length = next();
    jump(start + 16);
    resetScratch(64);
    runInstruction(opcode);
    most = max(most, peak());
    jump(start + ((<usize>length) << 2));
  }
  measure(false);
  return most;
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
    default:
      return;
  }
}
