import { ProgramBuilder } from '../../program/builder.ts';
import { parse, parseExpression } from '../../program/parse.ts';
import type { InstructionAttributes, Program, ProgramDType, ValueId } from '../../program/program.ts';
import type { Shape } from '../../tensor/shape.ts';

/** An input of a case: a shape of float32, a type, or given integers. */
type CaseInput = Shape | { shape: Shape; dtype: ProgramDType } | { shape: Shape; ints: readonly number[] };

/** A program of one instruction. */
export interface InstructionCase {
  readonly primitive: string;
  readonly inputs: readonly CaseInput[];
  readonly attrs?: InstructionAttributes;
  /** The instructions of the stream. */
  readonly stream: string;
}

const bools = (shape: Shape) => ({ shape, dtype: 'bool' as const });
const ints = (shape: Shape) => ({ shape, dtype: 'int32' as const });
const indices = (shape: Shape, ...values: readonly number[]) => ({ shape, ints: values });
const window = (...strides: readonly number[]) => ({
  strides,
  dilations: strides.map(() => 1),
  pads: strides.map((_, i) => [i, 1]),
});
const dilated = {
  strides: [1, 2],
  dilations: [2, 1],
  pads: [
    [1, 0],
    [2, 1],
  ],
};
const noFlags = { transposeA: false, transposeB: false };
const reluOfSum = parseExpression('relu(add(a, b))');

/** Every primitive that the stream has an instruction for, in its forms; and some that are left to the host. */
export const instructionCases: Readonly<Record<string, InstructionCase>> = {
  'argReduce of an inner axis': {
    primitive: 'argReduce',
    inputs: [[2, 3, 4]],
    attrs: { kind: 'min', axis: 1 },
    stream: 'argReduce',
  },
  attention: {
    primitive: 'attention',
    inputs: [
      [2, 3, 2, 1],
      [2, 5, 2, 1],
      [2, 5, 2, 3],
    ],
    stream: 'attention',
  },
  'attention with a mask and a bias': {
    primitive: 'attention',
    inputs: [[2, 19, 2, 4], [2, 33, 2, 4], [2, 33, 2, 3], bools([2, 1, 1, 33]), [2, 19, 33]],
    attrs: { epilogue: parseExpression('select(b, mul(add(a, c), 0.05), -1e9)') },
    stream: 'attention',
  },
  attentionGrad: {
    primitive: 'attentionGrad',
    inputs: [
      [2, 3, 2, 4],
      [2, 5, 2, 4],
      [2, 5, 2, 3],
      [2, 3, 2, 3],
    ],
    attrs: { epilogue: parseExpression('mul(a, 0.05)') },
    stream: 'attentionGrad',
  },
  'attentionGrad with a mask and a bias': {
    primitive: 'attentionGrad',
    inputs: [[2, 19, 2, 4], [2, 33, 2, 4], [2, 33, 2, 3], [2, 19, 2, 3], bools([2, 1, 1, 33]), [2, 19, 33]],
    attrs: {
      epilogue: parseExpression('select(b, mul(add(a, c), 0.05), -1e9)'),
      slope: parseExpression('mul(select(b, a, 0), 0.05)'),
    },
    stream: 'attentionGrad',
  },
  broadcast: { primitive: 'broadcast', inputs: [[3, 1]], attrs: { shape: [2, 3, 4] }, stream: 'copy' },
  'broadcast of bool': { primitive: 'broadcast', inputs: [bools([1, 3])], attrs: { shape: [4, 3] }, stream: 'copy' },
  concat: {
    primitive: 'concat',
    inputs: [
      [2, 1, 3],
      [2, 2, 3],
      [2, 0, 3],
    ],
    attrs: { axis: 1 },
    stream: 'copy copy',
  },
  'conv of images': {
    primitive: 'conv',
    inputs: [
      [2, 5, 6, 4],
      [3, 2, 2, 6],
    ],
    attrs: { ...window(2, 1), groups: 2 },
    stream: 'conv',
  },
  'conv, dilated, with an epilogue of a row and of an image': {
    primitive: 'conv',
    inputs: [[2, 5, 6, 1], [2, 2, 1, 3], [3], [2, 4, 4, 3]],
    attrs: { ...dilated, epilogue: parseExpression('mul(add(a, b), step(c, 0))') },
    stream: 'conv',
  },
  'conv of sequences': {
    primitive: 'conv',
    inputs: [
      [2, 7, 2],
      [3, 2, 3],
    ],
    attrs: window(2),
    stream: 'conv',
  },
  'conv of volumes': {
    primitive: 'conv',
    inputs: [
      [1, 3, 3, 3, 1],
      [2, 2, 2, 1, 1],
    ],
    attrs: window(1, 1, 1),
    stream: 'host',
  },
  convFilterGrad: {
    primitive: 'convFilterGrad',
    inputs: [
      [2, 5, 6, 2],
      [2, 4, 4, 3],
    ],
    attrs: { ...dilated, filterShape: [2, 2, 2, 3] },
    stream: 'convFilterGrad',
  },
  'convInputGrad with an epilogue': {
    primitive: 'convInputGrad',
    inputs: [
      [2, 4, 4, 3],
      [2, 2, 2, 3],
      [2, 5, 6, 2],
    ],
    attrs: { ...dilated, inputShape: [2, 5, 6, 2], epilogue: reluOfSum },
    stream: 'convInputGrad',
  },
  depthwiseConv: {
    primitive: 'depthwiseConv',
    inputs: [
      [2, 5, 6, 3],
      [2, 2, 3, 2],
    ],
    attrs: dilated,
    stream: 'depthwiseConv',
  },
  'depthwiseConv with an epilogue of a row and of an image': {
    primitive: 'depthwiseConv',
    inputs: [[2, 5, 6, 3], [2, 2, 3, 1], [3], [2, 4, 4, 3]],
    attrs: { ...dilated, epilogue: parseExpression('mul(add(a, b), step(c, 0))') },
    stream: 'depthwiseConv',
  },
  depthwiseInputGrad: {
    primitive: 'depthwiseInputGrad',
    inputs: [
      [2, 4, 4, 6],
      [2, 2, 3, 2],
    ],
    attrs: { ...dilated, inputShape: [2, 5, 6, 3] },
    stream: 'depthwiseInputGrad',
  },
  depthwiseFilterGrad: {
    primitive: 'depthwiseFilterGrad',
    inputs: [
      [2, 5, 6, 3],
      [2, 4, 4, 6],
    ],
    attrs: { ...dilated, filterShape: [2, 2, 3, 2] },
    stream: 'depthwiseFilterGrad',
  },
  dot: {
    primitive: 'dot',
    inputs: [
      [3, 2],
      [4, 3],
    ],
    attrs: { transposeA: true, transposeB: true },
    stream: 'dot',
  },
  'dot of batches that broadcast': {
    primitive: 'dot',
    inputs: [
      [2, 1, 3, 4],
      [1, 5, 4, 2],
    ],
    attrs: noFlags,
    stream: 'dot',
  },
  'dot with extra inputs of all kinds': {
    primitive: 'dot',
    inputs: [[2, 3, 4], [1, 4, 5], [5], [2, 3, 5], []],
    attrs: { ...noFlags, epilogue: parseExpression('mul(relu(add(a, b)), add(c, d))') },
    stream: 'dot',
  },
  'dot of int32': { primitive: 'dot', inputs: [ints([2, 2]), ints([2, 2])], attrs: noFlags, stream: 'host' },
  dynamicSlice: {
    primitive: 'dynamicSlice',
    inputs: [[2, 5, 3], indices([], 4)],
    attrs: { axis: 1, size: 2 },
    stream: 'dynamicSlice',
  },
  'fill of bool': { primitive: 'fill', inputs: [], attrs: { shape: [5], value: 1, dtype: 'bool' }, stream: 'fill' },
  gather: {
    primitive: 'gather',
    inputs: [[2, 3, 4, 2], indices([2, 2, 2], 3, 0, 1, 1, 2, 3, 0, 0)],
    attrs: { axis: 2, batchDims: 1 },
    stream: 'gather',
  },
  gatherNd: { primitive: 'gatherNd', inputs: [[2, 3, 2], indices([2, 2], 1, 2, 0, 1)], stream: 'gatherNd' },
  gatherReduce: {
    primitive: 'gatherReduce',
    inputs: [[4, 2], indices([2, 3], 3, 0, 1, 1, 2, 3)],
    attrs: { kind: 'mean' },
    stream: 'gatherReduce',
  },
  'gatherReduce of several columns': {
    primitive: 'gatherReduce',
    inputs: [[7, 3, 41], indices([2, 1, 20], ...Array.from({ length: 40 }, (_, i) => (i * 5) % 7))],
    attrs: { kind: 'sum' },
    stream: 'gatherReduce',
  },
  'gatherReduce of maxima': {
    primitive: 'gatherReduce',
    inputs: [[4, 19], indices([3], 3, 0, 1)],
    attrs: { kind: 'max' },
    stream: 'gatherReduce',
  },
  iota: { primitive: 'iota', inputs: [], attrs: { shape: [2, 3, 2], axis: 1 }, stream: 'copy' },
  loop: {
    primitive: 'loop',
    inputs: [
      [2, 3],
      [5, 2, 3],
      [3, 3],
    ],
    attrs: {
      length: 5,
      carries: 1,
      sequences: 1,
      reverse: true,
      body: parse(`program(%0 "h": float32[2,3], %1 "x": float32[2,3], %2 "kernel": float32[3,3]) {
        %3: float32[2,3] = dot(%0, %2) {transposeA=false, transposeB=false}
        %4: float32[2,3] = map(%3, %1) { relu(add(a, b)) }
        return %4, %4
      }`),
    },
    stream: 'loop dot map copy',
  },
  logSoftmax: { primitive: 'logSoftmax', inputs: [[2, 3, 4]], stream: 'softmax' },
  'map of broadcasts': {
    primitive: 'map',
    inputs: [[2, 3, 1], [1, 4], bools([2, 1, 1])],
    attrs: { expr: parseExpression('select(c, a, mul(b, 2))') },
    stream: 'map',
  },
  'map without inputs to read': {
    primitive: 'map',
    inputs: [[2, 3]],
    attrs: { expr: parseExpression('3'), dtype: 'int32' },
    stream: 'map',
  },
  mapMany: {
    primitive: 'mapMany',
    inputs: [[2, 3], [3], ints([2, 1])],
    attrs: { exprs: ['add(a, b)', 'gt(add(a, b), 0)', 'add(c, 1)', 'b'].map((text) => parseExpression(text)) },
    stream: 'map',
  },
  'mirrorPad, reflect': {
    primitive: 'mirrorPad',
    inputs: [[3, 2, 4]],
    attrs: {
      pads: [
        [2, 1],
        [0, 0],
        [1, 3],
      ],
      mode: 'reflect',
    },
    stream: 'copy copy copy copy copy copy copy copy copy',
  },
  'mirrorPad, symmetric': {
    primitive: 'mirrorPad',
    inputs: [ints([3, 2])],
    attrs: {
      pads: [
        [3, 0],
        [0, 1],
      ],
      mode: 'symmetric',
    },
    stream: 'copy copy copy copy',
  },
  oneHot: {
    primitive: 'oneHot',
    inputs: [indices([2, 2], 0, 2, -1, 3)],
    attrs: { depth: 3, on: 0.5, off: -1, dtype: 'float32' },
    stream: 'oneHot',
  },
  pad: {
    primitive: 'pad',
    inputs: [[2, 3]],
    attrs: {
      pads: [
        [1, 0],
        [0, 2],
      ],
      value: -0,
    },
    stream: 'fill copy',
  },
  'pad of uint8': {
    primitive: 'pad',
    inputs: [{ shape: [3], dtype: 'uint8' }],
    attrs: { pads: [[1, 2]], value: 200 },
    stream: 'fill copy',
  },
  'pool of maxima': {
    primitive: 'pool',
    inputs: [[2, 5, 5, 3]],
    attrs: { kind: 'max', window: [2, 3], ...window(2, 1) },
    stream: 'pool',
  },
  'pool of means along sequences': {
    primitive: 'pool',
    inputs: [[2, 5, 3]],
    attrs: { kind: 'avg', window: [2], ...window(2) },
    stream: 'pool',
  },
  'pool of single elements': {
    primitive: 'pool',
    inputs: [[2, 3, 3, 1]],
    attrs: {
      kind: 'max',
      window: [1, 1],
      strides: [1, 1],
      dilations: [1, 1],
      pads: [
        [0, 0],
        [0, 0],
      ],
    },
    stream: 'copy',
  },
  'pool of int32': {
    primitive: 'pool',
    inputs: [ints([1, 4, 1])],
    attrs: { kind: 'max', window: [2], ...window(1) },
    stream: 'host',
  },
  'poolGrad of maxima': {
    primitive: 'poolGrad',
    inputs: [
      [2, 3, 4, 3],
      [2, 5, 5, 3],
    ],
    attrs: {
      kind: 'max',
      window: [2, 3],
      strides: [2, 1],
      dilations: [1, 1],
      pads: [
        [0, 1],
        [1, 0],
      ],
    },
    stream: 'poolGrad',
  },
  'poolGrad of means': {
    primitive: 'poolGrad',
    inputs: [[2, 3, 3]],
    attrs: { kind: 'avg', window: [2], strides: [2], dilations: [1], pads: [[0, 1]], inputShape: [2, 5, 3] },
    stream: 'poolGrad',
  },
  random: {
    primitive: 'random',
    inputs: [ints([2])],
    attrs: { shape: [3, 2], distribution: 'truncatedNormal' },
    stream: 'random',
  },
  'reduce of rows': {
    primitive: 'reduce',
    inputs: [[2, 3, 4]],
    attrs: { kind: 'mean', axes: [1, 2] },
    stream: 'reduce',
  },
  'reduce of columns': {
    primitive: 'reduce',
    inputs: [[2, 3, 4]],
    attrs: { kind: 'max', axes: [0, 1] },
    stream: 'reduce',
  },
  'reduce of axes apart': {
    primitive: 'reduce',
    inputs: [[2, 3, 4]],
    attrs: { kind: 'sum', axes: [0, 2] },
    stream: 'reduce',
  },
  'reduce of single elements': {
    primitive: 'reduce',
    inputs: [[2, 1, 3], [3]],
    attrs: { kind: 'mean', axes: [1], expr: parseExpression('mul(a, b)') },
    stream: 'map',
  },
  'reduce of single elements to another dtype': {
    primitive: 'reduce',
    inputs: [bools([2, 1])],
    attrs: { kind: 'sum', axes: [1] },
    stream: 'reduce',
  },
  'reduce of bool': {
    primitive: 'reduce',
    inputs: [bools([2, 3])],
    attrs: { kind: 'sum', axes: [1] },
    stream: 'reduce',
  },
  'reduce of an expression that broadcasts': {
    primitive: 'reduce',
    inputs: [[2, 3, 4], [4], [2, 1, 1]],
    attrs: { kind: 'sum', axes: [0, 1], expr: parseExpression('mul(sub(a, b), c)') },
    stream: 'reduce',
  },
  'resize, bilinear': {
    primitive: 'resize',
    inputs: [[1, 3, 4, 2]],
    attrs: { kind: 'bilinear', size: [5, 2], alignCorners: false, halfPixelCenters: true },
    stream: 'resize',
  },
  'resize, nearest': {
    primitive: 'resize',
    inputs: [[1, 3, 4, 2]],
    attrs: { kind: 'nearest', size: [5, 2], alignCorners: true, halfPixelCenters: false },
    stream: 'resize',
  },
  reverse: { primitive: 'reverse', inputs: [[2, 3, 4]], attrs: { axes: [0, 2] }, stream: 'copy' },
  scan: {
    primitive: 'scan',
    inputs: [[2, 3, 2]],
    attrs: { kind: 'prod', axis: 1, exclusive: true, reverse: true },
    stream: 'scan',
  },
  scatterAdd: {
    primitive: 'scatterAdd',
    inputs: [indices([4], 1, 0, 5, 1), [4, 2]],
    attrs: { size: 3 },
    stream: 'scatterAdd',
  },
  'scatterNd that adds': {
    primitive: 'scatterNd',
    inputs: [indices([3, 1], 1, 0, 1), [3, 2]],
    attrs: { shape: [3, 2], mode: 'add' },
    stream: 'scatterNd',
  },
  'scatterNd over a base': {
    primitive: 'scatterNd',
    inputs: [indices([2, 2], 1, 0, 0, 1), [2], [2, 2]],
    attrs: { shape: [2, 2], mode: 'update' },
    stream: 'scatterNd',
  },
  slice: {
    primitive: 'slice',
    inputs: [[5, 4, 3]],
    attrs: { begin: [1, 0, 1], size: [2, 4, 2], strides: [3, 1, 1] },
    stream: 'copy',
  },
  softmax: { primitive: 'softmax', inputs: [[2, 3, 4]], stream: 'softmax' },
  'sort along the last axis': {
    primitive: 'sort',
    inputs: [[3, 5]],
    attrs: { axis: -1, descending: true },
    stream: 'sort',
  },
  'sort along another axis': {
    primitive: 'sort',
    inputs: [[3, 5]],
    attrs: { axis: 0, descending: false },
    stream: 'copy sort copy copy',
  },
  transpose: { primitive: 'transpose', inputs: [[2, 3, 4]], attrs: { perm: [2, 0, 1] }, stream: 'copy' },
  updateRows: {
    primitive: 'updateRows',
    inputs: [indices([4], 1, 0, 1, 2), [4, 3], [4, 3], [5, 3], [3]],
    attrs: {
      size: 5,
      sums: 2,
      repeat: 1,
      exprs: ['sub(c, a)', 'mul(add(a, d), b)'].map((text) => parseExpression(text)),
    },
    stream: 'updateRows',
  },
  'updateRows of rows that stand for several': {
    primitive: 'updateRows',
    inputs: [indices([4], 1, 0, 1, 2), [2, 3], [4, 3]],
    attrs: { size: 4, sums: 1, repeat: 2, exprs: [parseExpression('sub(b, a)')] },
    stream: 'updateRows',
  },
  'updateRows of many elements': {
    primitive: 'updateRows',
    inputs: [
      indices([6], 30, 2, 2, 9, 2, 55),
      [2, 3, 30],
      [40, 3, 30],
      [40, 1, 1],
      bools([3, 30]),
      { shape: [], dtype: 'int32' },
    ],
    attrs: {
      size: 40,
      sums: 1,
      repeat: 3,
      exprs: ['select(d, add(a, b), mul(c, 2))', 'a', 'gt(a, f32(e))'].map((text) => parseExpression(text)),
    },
    stream: 'updateRows',
  },
  'updateRows without ids': {
    primitive: 'updateRows',
    inputs: [ints([0]), [0, 3], [4, 3]],
    attrs: { size: 4, sums: 1, repeat: 1, exprs: [parseExpression('add(b, a)')] },
    stream: 'updateRows',
  },
  'updateRows with an input that broadcasts along an inner axis': {
    primitive: 'updateRows',
    inputs: [indices([2], 1, 0), [2, 3, 2], [4, 3, 1]],
    attrs: { size: 4, sums: 1, repeat: 1, exprs: [parseExpression('add(b, a)')] },
    stream: 'host',
  },
};

/** The program of a case: its outputs are those of the instruction. */
export function programOfCase({ primitive, inputs, attrs = {} }: InstructionCase): Program {
  const builder = new ProgramBuilder();
  const ids = inputs.map((input, i): ValueId => {
    if (!('shape' in input)) return builder.input(`x${i}`, { shape: input, dtype: 'float32' });
    if ('dtype' in input) return builder.input(`x${i}`, input);
    return builder.constant(Int32Array.from(input.ints), { shape: input.shape, dtype: 'int32' });
  });
  return builder.build(builder.emit(primitive, ids, attrs));
}
