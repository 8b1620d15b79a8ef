import type { Primitive } from '../primitive.ts';
import { argReduce } from './arg-reduce.ts';
import { attention } from './attention.ts';
import { attentionGrad } from './attention-grad.ts';
import { broadcast } from './broadcast.ts';
import { call } from './call.ts';
import { concat } from './concat.ts';
import { conv } from './conv.ts';
import { convFilterGrad } from './conv-filter-grad.ts';
import { convInputGrad } from './conv-input-grad.ts';
import { depthwiseConv } from './depthwise-conv.ts';
import { depthwiseFilterGrad } from './depthwise-filter-grad.ts';
import { depthwiseInputGrad } from './depthwise-input-grad.ts';
import { dot } from './dot.ts';
import { dynamicSlice } from './dynamic-slice.ts';
import { fill } from './fill.ts';
import { gather } from './gather.ts';
import { gatherNd } from './gather-nd.ts';
import { gatherReduce } from './gather-reduce.ts';
import { iota } from './iota.ts';
import { logSoftmax } from './log-softmax.ts';
import { loop } from './loop.ts';
import { map } from './map.ts';
import { mapMany } from './map-many.ts';
import { mirrorPad } from './mirror-pad.ts';
import { oneHot } from './one-hot.ts';
import { pad } from './pad.ts';
import { pool } from './pool.ts';
import { poolGrad } from './pool-grad.ts';
import { random } from './random.ts';
import { reduce } from './reduce.ts';
import { reshape } from './reshape.ts';
import { resize } from './resize.ts';
import { reverse } from './reverse.ts';
import { scan } from './scan.ts';
import { scatterAdd } from './scatter-add.ts';
import { scatterNd } from './scatter-nd.ts';
import { slice } from './slice.ts';
import { softmax } from './softmax.ts';
import { sort } from './sort.ts';
import { transpose } from './transpose.ts';
import { updateRows } from './update-rows.ts';

/** All primitives by name: the one list. */
export const primitives: Readonly<Record<string, Primitive>> = {
  argReduce,
  attention,
  attentionGrad,
  broadcast,
  call,
  concat,
  conv,
  convFilterGrad,
  convInputGrad,
  depthwiseConv,
  depthwiseFilterGrad,
  depthwiseInputGrad,
  dot,
  dynamicSlice,
  fill,
  gather,
  gatherNd,
  gatherReduce,
  iota,
  logSoftmax,
  loop,
  map,
  mapMany,
  mirrorPad,
  oneHot,
  pad,
  pool,
  poolGrad,
  random,
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
  updateRows,
};
