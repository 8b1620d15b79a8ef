import {
  engine,
  type NamedAttrMap,
  type NamedTensorMap,
  type Tensor,
  type TensorInfo,
  tensor,
} from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { gradients } from '../autodiff.ts';
import { registerKernelOnce } from '../backend/tfjs-bridge.ts';
import { interpret } from '../program/interpret.ts';
import type { Elements } from '../program/primitive.ts';
import type { Program } from '../program/program.ts';
import { verify } from '../program/verify.ts';
import { scope } from '../tensor/scope.ts';
import { conformanceCases } from '../testing/conformance/cases/index.ts';
import type { ConformanceCase } from '../testing/conformance/conformance-case.ts';
import { bools, floats, type HostTensor, ints } from '../testing/conformance/host-tensor.ts';
import { checkCase } from '../testing/conformance/run-conformance.ts';
import { type KernelCase, kernelCases } from '../testing/gradient-cases.ts';
import { startJsBackend } from '../testing/js-backend.ts';
import { type KernelCall, kernelCalls } from '../testing/kernel-calls.ts';
import { lowerCall } from '../testing/lower-call.ts';
import { registerReferenceKernels } from '../testing/reference-kernels.ts';
import { kernelSpecs } from './index.ts';
import { opaqueKernels } from './opaque.ts';

interface Value {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly data: Elements;
}

beforeAll(async () => {
  await startJsBackend();
  registerReferenceKernels(registerKernelOnce);
});

test('every kernel is lowered, or opaque for a reason', () => {
  const opaque = kernelSpecs.filter(({ lower }) => !lower).map(({ name }) => name);
  expect(opaque.toSorted()).toEqual(Object.keys(opaqueKernels).toSorted());
  console.info(`${kernelSpecs.length - opaque.length} kernels are lowered, ${opaque.length} are opaque.`);
});

/** Kernels whose lowering rounds between steps that the js kernel takes at once, or the other way round. */
const roundedOtherwise = [
  'BatchMatMul', // of more than 48 products, which tfjs's kernel rounds in between
  'Abs', // of int32, which the js kernel keeps in float32
  'DenseBincount', // of weights, which the js kernel adds up in float32
  ...['EluGrad', 'Prelu', 'LeakyRelu', 'FusedBatchNorm', 'LRN', 'LRNGrad', 'LogSoftmax', 'Einsum'],
  ...['FusedConv2D', 'FusedDepthwiseConv2D', '_FusedMatMul', 'ResizeBilinearGrad', 'ResizeNearestNeighborGrad'],
];

/** Kernels that the js backend has wrong in some cases: only the case itself says what is right there. */
const wrongInJs = [
  ...['AvgPool3DGrad', 'AvgPoolGrad', 'BatchMatMul', 'Einsum', 'FloorDiv', 'MaxPool3DGrad', 'StridedSlice'],
  ...['Conv2DBackpropFilter', 'Conv2DBackpropInput'],
  ...['DepthwiseConv2dNativeBackpropFilter', 'DepthwiseConv2dNativeBackpropInput'],
  ...['ResizeBilinearGrad', 'ResizeNearestNeighborGrad'],
  'LogSoftmax', // tfjs has none: the simple one that stands in for it
];

const lowered = new Set(kernelSpecs.filter(({ lower }) => lower).map(({ name }) => name));
const loweredCases = conformanceCases.filter(({ kernel }) => lowered.has(kernel));

describe('in primitives, a kernel gives what its conformance case says', () => {
  test.each(loweredCases.map((one) => [one.kernel, one.name, one] as const))('%s: %s', (kernel, _, one) => {
    const inputs = valuesOf(one.inputs);
    const results = runLowered({ kernel, inputs, attrs: one.attrs ?? {} });
    expectClose(results, expectedOf(one), one.tolerance ?? 1e-5);
    if (roundedOtherwise.includes(kernel) || isWrongInJs(one)) return;
    expect(results).toEqual(runOnJs(kernel, inputs, one.attrs));
  });
});

test('the kernels that the js backend has wrong', () => {
  const wrong = loweredCases.filter(isWrongInJs).map(({ kernel }) => kernel);
  expect([...new Set(wrong)].toSorted()).toEqual(wrongInJs.toSorted());
});

function isWrongInJs(one: ConformanceCase): boolean {
  try {
    return checkCase(one) !== undefined;
  } catch {
    return true; // it reads beyond its input
  }
}

const expectedOf = ({ expected }: ConformanceCase): Value[] =>
  Object.values(valuesOf([typeof expected === 'function' ? expected() : expected].flat()));

const whole = { x: floats([2, 3, 4, 5], counting(120)), filter: floats([2, 2, 3, 2], counting(24)) };
const image = { strides: [1, 2], pad: 'same', dilations: [1, 1], dataFormat: 'NCHW' };

describe('calls that no conformance case makes give what the js backend gives', () => {
  const calls: readonly (readonly [string, string, Record<string, HostTensor>, Record<string, unknown>])[] = [
    ['Conv2D', 'channels first', whole, image],
    [
      'FusedConv2D',
      'channels first, a bias',
      { ...whole, bias: floats([2], [1, -2]) },
      { ...image, activation: 'relu' },
    ],
    [
      'FusedConv2D',
      'channels first, a bias and slopes of full rank',
      { ...whole, bias: floats([2, 1, 1], [-400, -900]), preluActivationWeights: floats([2, 1, 1], [0.5, 0.25]) },
      { ...image, activation: 'prelu' },
    ],
    [
      'Conv2DBackpropInput',
      'channels first',
      { dy: floats([2, 2, 4, 3], counting(48)), filter: whole.filter },
      {
        ...image,
        inputShape: [2, 3, 4, 5],
      },
    ],
    [
      'Conv2DBackpropFilter',
      'channels first',
      { x: whole.x, dy: floats([2, 2, 4, 3], counting(48)) },
      {
        ...image,
        filterShape: [2, 2, 3, 2],
      },
    ],
    [
      'ClipByValue',
      'int32 between fractions',
      { x: ints([4], [-9, 0, 2, 9]) },
      { clipValueMin: -1.5, clipValueMax: 2.5 },
    ],
    ['Step', 'int32', { x: ints([3], [-1, 0, 2]) }, { alpha: 0 }],
    ['Cast', 'what int32 does not hold', { x: floats([5], [-1.7, 1.7, Number.NaN, 3e9, -0.2]) }, { dtype: 'int32' }],
    ['Cast', 'NaN to bool', { x: floats([3], [Number.NaN, 0, -0.5]) }, { dtype: 'bool' }],
    ['Sum', 'bool', { x: bools([2, 3], [1, 0, 1, 1, 1, 1]) }, { axis: [1], keepDims: false }],
    ['Prod', 'bool', { x: bools([2, 3], [1, 0, 1, 1, 1, 1]) }, { axis: [1], keepDims: false }],
    ['Mean', 'int32', { x: ints([2, 2], [1, 2, 4, 9]) }, { axis: [0], keepDims: true }],
    ['Max', 'no axes', { x: floats([2], [1, 2]) }, { reductionIndices: [], keepDims: false }],
    ['Cumsum', 'bool', { x: bools([4], [1, 0, 1, 1]) }, { axis: 0, exclusive: false, reverse: false }],
    ['Add', 'float32 and int32', { a: floats([2], [0.5, 1]), b: ints([2], [1, 2]) }, {}],
    ['Less', 'int32 and float32', { a: ints([2], [1, 2]), b: floats([2], [1.5, 1.5]) }, {}],
    ['PadV2', 'int32 with a fraction', { x: ints([1], [1]) }, { paddings: [[1, 0]], constantValue: 2.5 }],
    ['OneHot', 'int32', { indices: ints([2], [1, 0]) }, { depth: 2, onValue: 7, offValue: 0, dtype: 'int32' }],
    ['Fill', 'bool', {}, { shape: [2], value: 1, dtype: 'bool' }],
    ['Range', 'many steps that are no whole numbers', {}, { start: 0.1, stop: 20, step: 0.1, dtype: 'float32' }],
    ['Range', 'down', {}, { start: 5, stop: -5, step: -3, dtype: 'float32' }],
    ['LinSpace', 'many', {}, { start: -1, stop: 2, num: 23 }],
    [
      'SparseToDense',
      'one value for all',
      {
        sparseIndices: ints([2], [3, 1]),
        sparseValues: ints([], [9]),
        defaultValue: ints([], [4]),
      },
      { outputShape: [5] },
    ],
    [
      'SpaceToBatchND',
      'three axes',
      { x: floats([1, 2, 4, 3, 2], counting(48)) },
      {
        blockShape: [2, 2, 3],
        paddings: [
          [0, 0],
          [0, 0],
          [1, 2],
        ],
      },
    ],
    [
      'BatchToSpaceND',
      'three axes',
      { x: floats([12, 1, 2, 2, 2], counting(96)) },
      {
        blockShape: [2, 2, 3],
        crops: [
          [0, 0],
          [1, 0],
          [1, 2],
        ],
      },
    ],
  ];
  test.each(calls)('%s: %s', (kernel, _, inputs, attrs) => {
    const values = valuesOf(inputs);
    expect(runLowered({ kernel, inputs: values, attrs })).toEqual(runOnJs(kernel, values, attrs));
  });

  test('Select: whole rows, of which the js backend reads the first elements', () => {
    const condition = bools([2], [1, 0]);
    const rows = { t: floats([2, 2], [1, 2, 3, 4]), e: floats([2, 2], [5, 6, 7, 8]) };
    const results = runLowered({ kernel: 'Select', inputs: valuesOf({ condition, ...rows }), attrs: {} });
    expectClose(results, Object.values(valuesOf([floats([2, 2], [1, 2, 7, 8])])), 0);
  });

  test('Einsum: three operands, one by one', () => {
    const [a, b, c] = [floats([2, 3], counting(6)), floats([3, 2], counting(6)), floats([2, 2], counting(4))];
    const inputs = valuesOf([a, b, c]);
    const [result] = runLowered({ kernel: 'Einsum', inputs, attrs: { equation: 'ij,jk,kl->li' } });
    const [ab] = runOnJs('BatchMatMul', valuesOf({ a, b }), { transposeA: false, transposeB: false });
    const factors = { a: { ...valuesOf({ c }).c! }, b: ab! };
    expect([result]).toEqual(runOnJs('BatchMatMul', factors, { transposeA: true, transposeB: true }));
  });

  test('Einsum: a diagonal is left to the kernel', () => {
    const program = lowerCall({
      kernel: 'Einsum',
      inputs: [floats([2, 2], counting(4))],
      attrs: { equation: 'ii->i' },
    });
    expect(program!.instructions.map(({ primitive }) => primitive)).toEqual(['call']);
  });
});

/** Small whole numbers, so that sums in any order are exact. */
function counting(size: number): number[] {
  return Array.from({ length: size }, (_, i) => ((i * 7) % 11) - 5);
}

describe('what ops and their gradients call', () => {
  test.each(kernelCases.map((one) => [one.kernel, one.name, one] as const))('%s %s', (_, __, one) => {
    for (const { call, inputs, outputs } of callsOf(one)) {
      if (opaqueKernels[call.kernel] || hasComplex(call)) continue;
      expectClose(runLowered({ kernel: call.kernel, inputs, attrs: call.attrs }), outputs, 1e-5);
    }
  });
});

/** The kernels that run in a case, forward and backward, with their values. */
function callsOf({
  inputs,
  run,
  order,
}: KernelCase): { call: KernelCall; inputs: Record<string, Value>; outputs: Value[] }[] {
  const calls: ReturnType<typeof callsOf> = [];
  const asOne = (result: Tensor | Tensor[]): Tensor => (Array.isArray(result) ? result[0]! : result);
  scope(() => {
    const xs = inputs.map(({ shape, values }) => tensor(values, [...shape]));
    const compute = (): void => void (order === 0 ? run(...xs) : gradients((...at) => asOne(run(...at)), xs));
    kernelCalls(compute, (call, given, results) => {
      if (hasComplex(call)) return;
      const values = Object.entries(given).map(([name, x]) => [name, read(x)] as const);
      calls.push({ call, inputs: Object.fromEntries(values), outputs: results.map(read) });
    });
  });
  return calls;
}

const hasComplex = ({ inputs, outputs }: KernelCall): boolean =>
  [...Object.values(inputs), ...outputs].some(({ dtype }) => dtype === 'complex64');

const read = ({ dataId, shape, dtype }: TensorInfo): Value =>
  toValue(shape, dtype, engine().backend.readSync(dataId) as Elements);

/** A js kernel may leave int32 in a Float32Array. */
function toValue(shape: readonly number[], dtype: string, values: Iterable<number>): Value {
  const array = dtype === 'float32' ? Float32Array : dtype === 'int32' ? Int32Array : Uint8Array;
  return { shape: [...shape], dtype, data: array.from(values) };
}

interface Call {
  readonly kernel: string;
  readonly inputs: Readonly<Record<string, Value>>;
  readonly attrs: KernelCall['attrs'];
}

/** Runs the kernel's program in the interpreter. */
function runLowered({ kernel, inputs, attrs }: Call): Value[] {
  const program = lowerCall({
    kernel,
    inputs: inputs as Record<string, Value & { dtype: HostTensor['dtype'] }>,
    attrs,
  });
  if (!program) throw new Error(`${kernel} has no lowering.`);
  verify(program);
  return interpreted(program, inputs);
}

function interpreted(program: Program, inputs: Readonly<Record<string, Value>>): Value[] {
  const data = Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, input.data]));
  const { outputs } = interpret(program, { inputs: data, state: {} });
  return outputs.map(({ type, data }) => ({ shape: [...type.shape], dtype: type.dtype, data }));
}

/** Runs the kernel of the js backend. */
const runOnJs = (kernel: string, inputs: Readonly<Record<string, Value>>, attrs: KernelCall['attrs'] = {}): Value[] =>
  scope(() => {
    const made = Object.entries(inputs).map(
      ([name, x]) => [name, tensor(x.data, [...x.shape], x.dtype as 'int32')] as const,
    );
    const isList = kernelSpecs.find(({ name }) => name === kernel)!.inputs === 'list';
    const given = isList ? made.map(([, x]) => x) : Object.fromEntries(made);
    const result = engine().runKernel(kernel, given as NamedTensorMap, attrs as NamedAttrMap);
    return ([result].flat() as Tensor[]).map(read);
  });

const valuesOf = (inputs: ConformanceCase['inputs']): Record<string, Value> =>
  Object.fromEntries(
    (Object.entries(inputs) as [string, HostTensor][]).map(([name, { shape, dtype, values }]) => [
      name,
      toValue(shape, dtype, values),
    ]),
  );

function expectClose(results: readonly Value[], expected: readonly Value[], tolerance: number): void {
  const types = (values: readonly Value[]): object => values.map(({ shape, dtype }) => ({ shape: [...shape], dtype }));
  expect(types(results)).toEqual(types(expected));
  for (const [i, { data }] of results.entries()) {
    const wanted = expected[i]!.data;
    expect(data.length).toBe(wanted.length);
    const far = wanted.findIndex((value, j) => !isClose(data[j]!, value, tolerance));
    if (far >= 0) throw new Error(`output ${i}: value ${far} is ${data[far]} instead of ${wanted[far]}.`);
  }
}

const isClose = (received: number, expected: number, tolerance: number): boolean =>
  Object.is(received, expected) ||
  received === expected ||
  Math.abs(received - expected) <= tolerance * Math.max(1, Math.abs(expected));
