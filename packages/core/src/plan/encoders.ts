import { encodeAttention, encodeAttentionGrad } from './encode-attention.ts';
import { encodeLogSoftmax, encodeMap, encodeMapMany, encodeReduce, encodeSoftmax } from './encode-elementwise.ts';
import { encodeGather, encodeGatherNd, encodeScatterAdd, encodeScatterNd } from './encode-indexing.ts';
import {
  encodeConv,
  encodeConvFilterGrad,
  encodeConvInputGrad,
  encodeDepthwiseConv,
  encodeDepthwiseFilterGrad,
  encodeDepthwiseInputGrad,
  encodeDot,
} from './encode-linear.ts';
import {
  encodeBroadcast,
  encodeConcat,
  encodeDynamicSlice,
  encodeFill,
  encodeIota,
  encodeMirrorPad,
  encodePad,
  encodeReverse,
  encodeSlice,
  encodeTranspose,
} from './encode-movement.ts';
import { encodeArgReduce, encodeScan, encodeSort } from './encode-order.ts';
import { encodePool, encodePoolGrad } from './encode-pool.ts';
import { encodeGatherReduce, encodeUpdateRows } from './encode-rows.ts';
import { encodeOneHot, encodeRandom, encodeResize } from './encode-sources.ts';
import type { Encoder } from './encoder.ts';

/** How each primitive is written into the stream. Those that are not here the host evaluates; `reshape` needs no words. */
export const encoders: Readonly<Record<string, Encoder>> = {
  argReduce: encodeArgReduce,
  attention: encodeAttention,
  attentionGrad: encodeAttentionGrad,
  broadcast: encodeBroadcast,
  concat: encodeConcat,
  conv: encodeConv,
  convFilterGrad: encodeConvFilterGrad,
  convInputGrad: encodeConvInputGrad,
  depthwiseConv: encodeDepthwiseConv,
  depthwiseFilterGrad: encodeDepthwiseFilterGrad,
  depthwiseInputGrad: encodeDepthwiseInputGrad,
  dot: encodeDot,
  dynamicSlice: encodeDynamicSlice,
  fill: encodeFill,
  gather: encodeGather,
  gatherNd: encodeGatherNd,
  gatherReduce: encodeGatherReduce,
  iota: encodeIota,
  logSoftmax: encodeLogSoftmax,
  map: encodeMap,
  mapMany: encodeMapMany,
  mirrorPad: encodeMirrorPad,
  oneHot: encodeOneHot,
  pad: encodePad,
  pool: encodePool,
  poolGrad: encodePoolGrad,
  random: encodeRandom,
  reduce: encodeReduce,
  resize: encodeResize,
  reverse: encodeReverse,
  scan: encodeScan,
  scatterAdd: encodeScatterAdd,
  scatterNd: encodeScatterNd,
  slice: encodeSlice,
  softmax: encodeSoftmax,
  sort: encodeSort,
  transpose: encodeTranspose,
  updateRows: encodeUpdateRows,
};
