import { map } from './elementwise.ts';
import { gather, gatherNd, oneHot, scatterAdd, scatterNd } from './indexing.ts';
import { loop } from './loops.ts';
import type { Lowering } from './lowering.ts';
import {
  broadcast,
  concat,
  dynamicSlice,
  fill,
  iota,
  mirrorPad,
  pad,
  reshape,
  reverse,
  slice,
  transpose,
} from './movement.ts';
import { dot, logSoftmax, softmax } from './products.ts';
import { argReduce, reduce, scan, sort } from './reductions.ts';
import { conv, convInputGrad, depthwiseConv, pool, resize } from './windows.ts';

/** How each primitive is written. Those that passes fuse, most gradients, random numbers and whole kernels are not there. */
export const lowerings: Readonly<Record<string, Lowering>> = {
  argReduce,
  broadcast,
  concat,
  conv,
  convInputGrad,
  depthwiseConv,
  dot,
  dynamicSlice,
  fill,
  gather,
  gatherNd,
  iota,
  logSoftmax,
  loop,
  map,
  mirrorPad,
  oneHot,
  pad,
  pool,
  reduce,
  reshape,
  resize,
  reverse,
  scan,
  scatterAdd,
  scatterNd,
  slice,
  softmax,
  sort,
  transpose,
};
