import { describe, expect, test } from 'vitest';
import { randomValues } from '../passes/testing/random-values.ts';
import { instructionCases, programOfCase } from '../plan/testing/instruction-cases.ts';
import { ProgramBuilder } from '../program/builder.ts';
import { callOf, inputOf } from '../program/expression.ts';
import { interpret } from '../program/interpret.ts';
import { parse } from '../program/parse.ts';
import type { HostValue } from '../program/primitive.ts';
import { primitives } from '../program/primitives/index.ts';
import type { Program } from '../program/program.ts';
import { scalarFunctions } from '../program/scalar-functions.ts';
import { commonProgram } from './batch-program.ts';
import { lowerings } from './lowerings.ts';
import { scalarOperators } from './scalar-operators.ts';
import { runOnnx } from './testing/run-onnx.ts';
import { writeOnnx } from './write-onnx.ts';

const namesOf = (program: Program, opset: number) => ({
  name: 'test',
  opset,
  inputNames: program.inputs.map(({ name }) => name),
  outputNames: program.outputs.map((_, i) => `y${i}`),
});

const bytesOf = (program: Program, opset = 18): Uint8Array =>
  writeOnnx(commonProgram({ program, batch: 1 }, { program, batch: 1 }), [], namesOf(program, opset));

type Inputs = Readonly<Record<string, HostValue>>;

/** Numbers up to 4, without NaN and infinities. */
function inputsOf({ inputs, types }: Program): Inputs {
  const all = inputs.map(({ id }) => types.get(id)!);
  return Object.fromEntries(
    randomValues(all, 3).map((data, i) => {
      const tame = data.map((value) => (Math.abs(value) <= 4 ? value : 0.5)) as typeof data;
      return [inputs[i]!.name, { type: all[i]!, data: tame }];
    }),
  );
}

/** Expects what the interpreter gives of ONNX Runtime, to 1e-5 of each element or of 1. */
async function expectSame(program: Program, bytes: Uint8Array, inputs: Inputs): Promise<void> {
  const elements = Object.fromEntries(Object.entries(inputs).map(([name, { data }]) => [name, data]));
  const { outputs } = interpret(program, { inputs: elements });
  const received = await runOnnx(bytes, inputs);
  expect(received.map(({ type }) => type)).toEqual(outputs.map(({ type }) => type));
  for (const [i, { data }] of outputs.entries()) {
    const other = received[i]!.data;
    const isFar = (value: number, at: number): boolean =>
      !Object.is(value + 0, other[at]! + 0) && !(Math.abs(value - other[at]!) <= 1e-5 * Math.max(1, Math.abs(value)));
    const far = data.findIndex(isFar);
    expect(far < 0 ? [] : [far, data[far], other[far]]).toEqual([]);
  }
}

describe.each([17, 18, 23])('with opset %i', (opset) => {
  // only passes after those of the export make epilogues, and reductions of expressions
  const cases = Object.entries(instructionCases).filter(
    ([, { primitive, attrs = {} }]) =>
      Object.hasOwn(lowerings, primitive) && !('epilogue' in attrs) && (primitive === 'map' || !('expr' in attrs)),
  );

  test.each(cases)('%s is the same in ONNX Runtime', async (_, instructionCase) => {
    const program = programOfCase(instructionCase);
    await expectSame(program, bytesOf(program, opset), inputsOf(program));
  });
});

test('all primitives are written, but those of training and those that passes after the export fuse', () => {
  const training = ['attentionGrad', 'convFilterGrad', 'depthwiseFilterGrad', 'depthwiseInputGrad', 'poolGrad'];
  const fused = ['attention', 'gatherReduce', 'mapMany', 'updateRows'];
  const others = [...training, ...fused, 'call', 'random'];
  expect([...Object.keys(lowerings), ...others].sort()).toEqual(Object.keys(primitives).sort());
});

test.each<[string, string, string]>([
  [
    'a transposed convolution in groups, with a rest at the end',
    '"x": float32[2,3,4,4], %1 "w": float32[2,3,1,4]',
    '%2: float32[2,6,11,2] = convInputGrad(%0, %1) {inputShape=[2, 6, 11, 2], strides=[2, 2], dilations=[1, 2], pads=[[0, 1], [1, 0]], groups=2}',
  ],
  [
    'a gather behind batch axes, of a later axis',
    '"x": float32[2,3,4,5]',
    '%1: int32[2,2] = constant [3, 0, 1, 1]\n  %2: float32[2,3,2,5] = gather(%0, %1) {axis=2, batchDims=1}',
  ],
  [
    'products up to each element, from the end, without it',
    '"x": float32[2,3,2]',
    '%2: float32[2,3,2] = scan(%0) {kind="prod", axis=1, exclusive=true, reverse=true}',
  ],
  [
    'products of int32',
    '"x": int32[4,2]',
    '%2: int32[4,2] = scan(%0) {kind="prod", axis=0, exclusive=false, reverse=false}',
  ],
  [
    'a map that reads less than its shape',
    '"x": float32[3], %1 "w": float32[2,3]',
    '%2: float32[2,3] = map(%0, %1) { relu(a) }',
  ],
  ['a sum of bools', '"x": bool[4,2]', '%2: int32[2] = reduce(%0) {kind="sum", axes=[0]}'],
  [
    'means of windows with padding',
    '"x": float32[1,5,4,2]',
    '%2: float32[1,3,2,2] = pool(%0) {kind="avg", window=[3, 2], strides=[2, 2], dilations=[1, 1], pads=[[1, 1], [0, 0]]}',
  ],
  ['a reduction along no axis', '"x": float32[3]', '%2: float32[3] = reduce(%0) {kind="max", axes=[]}'],
  ['a bool for each class', '"x": int32[5]', '%2: bool[5,3] = oneHot(%0) {depth=3, on=0, off=1, dtype="bool"}'],
  [
    'a slice of nothing',
    '"x": float32[3,2]',
    '%2: float32[0,2] = slice(%0) {begin=[1, 0], size=[0, 2], strides=[1, 1]}\n  %3: float32[0] = reshape(%2) {shape=[0]}',
  ],
  [
    'symmetric mirror images along two axes',
    '"x": float32[3,2]',
    '%2: float32[6,5] = mirrorPad(%0) {pads=[[2, 1], [2, 1]], mode="symmetric"}',
  ],
])('%s is the same in ONNX Runtime', async (_, inputs, lines) => {
  const program = parse(`program(%0 ${inputs}) {\n  ${lines}\n  return %2\n}`);
  await expectSame(program, bytesOf(program), inputsOf(program));
});

describe('scalar functions', () => {
  test('all have an operator', () => {
    expect(Object.keys(scalarOperators).sort()).toEqual(Object.keys(scalarFunctions).sort());
  });

  const all = Object.entries(scalarFunctions).flatMap(([fn, { domain }]) =>
    domain.map((dtype) => [fn, dtype] as const),
  );
  /** Arguments that have a result, and one that can be told from others. */
  const between: Readonly<Record<string, (value: number) => number>> = {
    acosh: (value) => 1 + Math.abs(value),
    // near whole numbers our polynomial is on one side, and what is exact on the other
    erf: (value) => value / 10,
    shiftLeft: (value) => Math.abs(value),
    shiftRight: (value) => Math.abs(value),
    ...Object.fromEntries(['asin', 'acos', 'atanh'].map((fn) => [fn, (value: number) => value / 10])),
    ...Object.fromEntries(
      ['log', 'log1p', 'sqrt', 'rsqrt', 'reciprocal', 'pow', 'div', 'mod', 'floorDiv'].map((fn) => [
        fn,
        (value: number) => Math.abs(value) + 0.5,
      ]),
    ),
  };
  test.each(all)('%s of %s', async (fn, dtype) => {
    const { arity } = scalarFunctions[fn]!;
    const builder = new ProgramBuilder();
    const ids = Array.from({ length: arity }, (_, i) =>
      builder.input(`x${i}`, { shape: [40], dtype: fn === 'select' && i === 0 ? 'bool' : dtype }),
    );
    const expr = callOf(fn, ...ids.map((_, i) => inputOf(i)));
    const program = builder.build(builder.emit('map', ids, { expr }));
    const change = between[fn] ?? ((value: number) => value);
    const inputs = Object.entries(inputsOf(program)).map(([name, { type, data }]): [string, HostValue] => {
      const given = (value: number): number => {
        // bounds in their order
        if (fn === 'clip' && name !== 'x0') return name === 'x1' ? -Math.abs(value) : Math.abs(value);
        return type.dtype === 'float32' ? change(value) : Math.round(change(value));
      };
      const bools = { div: 1, mod: 1, floorDiv: 1, clip: name === 'x1' ? 0 : 1 }[fn];
      const changed = type.dtype === 'bool' ? data.map((value) => bools ?? value) : data.map(given);
      return [name, { type, data: changed as typeof data }];
    });
    await expectSame(program, bytesOf(program), Object.fromEntries(inputs));
  });

  test.each([
    ['mod', [7, -7, 7, -7], [3, 3, -3, -3]],
    ['floorDiv', [7, -7, 7, -7], [2, 2, -2, -2]],
    ['atan2', [0, 1, -1, 1, -1, 2], [0, 0, 0, -1, -1, 3]],
    ['step', [-1, 0, 1, Number.NaN], [0.25, 0.25, 0.25, 0.25]],
  ] as const)('%s at its corners', async (fn, a, b) => {
    const program = parse(`program(%0 "a": float32[${a.length}], %1 "b": float32[${a.length}]) {
  %2: ${fn === 'floorDiv' ? 'int32' : 'float32'}[${a.length}] = map(%0, %1) { ${fn}(a, b) }
  return %2
}`);
    const type = { shape: [a.length], dtype: 'float32' } as const;
    const [x, y] = [a, b].map((values) => ({ type, data: Float32Array.from(values) }));
    await expectSame(program, bytesOf(program), { a: x!, b: y! });
  });
});

describe('batches of any size', () => {
  /** Programs of a text for batches of 3 and 5, written, and run with 2. */
  async function expectSameFor2(text: (batch: number) => string): Promise<void> {
    const [three, five, two] = [3, 5, 2].map((batch) => parse(text(batch)));
    const both = commonProgram({ program: three!, batch: 3 }, { program: five!, batch: 5 });
    await expectSame(two!, writeOnnx(both, [], namesOf(two!, 18)), inputsOf(two!));
  }

  test.each<[string, (batch: number) => string]>([
    [
      'a reshape that takes the batch together with another axis',
      (n) => `%1: float32[${2 * n},3] = reshape(%0) {shape=[${2 * n}, 3]}`,
    ],
    ['a broadcast', (n) => `%1: float32[4,${n},2,3] = broadcast(%0) {shape=[4, ${n}, 2, 3]}`],
    ['places along the batch', (n) => `%1: int32[2,${n}] = iota() {shape=[2, ${n}], axis=1}`],
    ['a fill', (n) => `%1: float32[${n},4] = fill() {shape=[${n}, 4], value=0.5, dtype="float32"}`],
    [
      'a slice of other axes',
      (n) => `%1: float32[${n},1,2] = slice(%0) {begin=[0, 1, 0], size=[${n}, 1, 2], strides=[1, 1, 2]}`,
    ],
    [
      'the second half of two batches',
      (n) => `%2: float32[${2 * n},2,3] = concat(%0, %0) {axis=0}
  %1: float32[${n},2,3] = slice(%2) {begin=[${n}, 0, 0], size=[${n}, 2, 3], strides=[1, 1, 1]}`,
    ],
    [
      'sums for each sample',
      (n) => `%2: int32[${n}] = iota() {shape=[${n}], axis=0}
  %1: float32[${n},2,3] = scatterAdd(%2, %0) {size=${n}}`,
    ],
    [
      'a loop over another axis, which closes over the batch',
      (n) => `%2: float32[2,${n},3] = transpose(%0) {perm=[1, 0, 2]}
  %3: float32[${n},3] = fill() {shape=[${n}, 3], value=0, dtype="float32"}
  %1: float32[${n},3], %4: float32[2,${n},3] = loop(%3, %2, %3) {length=2, carries=1, sequences=1, reverse=true, body=program(%0 "h": float32[${n},3], %1 "x": float32[${n},3], %2 "z": float32[${n},3]) {
    %3: float32[${n},3] = map(%0, %1, %2) { add(mul(a, 0.5), sub(b, c)) }
    %4: float32[${n},3] = constant 2
    %5: float32[${n},3] = map(%3, %4) { mul(a, b) }
    return %3, %5
  }}`,
    ],
    [
      'a constant that counts in steps',
      (n) => `%2: int32[${n},2,1] = constant [${Array.from({ length: 2 * n }, (_, i) => 5 + 3 * i)}]
  %3: float32[${n},2,1] = map(%2) { f32(a) }
  %1: float32[${n},2,3] = map(%0, %3) { add(a, b) }`,
    ],
    ['a number that is the batch', (n) => `%1: float32[${n},2,3] = map(%0) { mul(add(a, ${n}), ${4 * n}) }`],
    [
      'an image of a size',
      (n) => `%2: float32[${n},2,3,1] = reshape(%0) {shape=[${n}, 2, 3, 1]}
  %1: float32[${n},4,6,1] = resize(%2) {kind="bilinear", size=[4, 6], alignCorners=false, halfPixelCenters=true}`,
    ],
  ])('%s', async (_, lines) => {
    await expectSameFor2(
      (n) => `program(%0 "x": float32[${n},2,3]) {
  ${lines(n)}
  return %1
}`,
    );
  });
});

test('a loop over nothing counts its steps', async () => {
  const program = parse(`program(%0 "x": float32[2]) {
  %1: float32[2], %2: float32[3,2] = loop(%0) {length=3, carries=1, sequences=0, reverse=false, body=program(%0 "x": float32[2]) {
    %1: float32[2] = map(%0) { mul(a, 2) }
    return %1, %0
  }}
  return %1, %2
}`);
  await expectSame(program, bytesOf(program), inputsOf(program));
});

test('outputs that are inputs, constants or other outputs have names of their own', async () => {
  const program = parse(`program(%0 "x": float32[2]) {
  %1: float32[2] = constant [1, 2]
  %2: float32[2] = map(%0, %1) { add(a, b) }
  return %0, %1, %2, %2
}`);
  await expectSame(program, bytesOf(program), inputsOf(program));
});

test.each([
  ['convFilterGrad', "export: ONNX has no operator for 'convFilterGrad'. Leave this layer out of the exported model"],
  [
    'random',
    "export: ONNX has no random numbers that can be repeated, for 'random'. Random layers do nothing in inference",
  ],
])('%s is refused', (name, message) => {
  const program = programOfCase(instructionCases[name]!);
  expect(() => bytesOf(program)).toThrow(message);
});

test('state that changes is refused, with its layer', () => {
  const program = parse(`program(%0 "x": float32[2]) state (%1 "net/lstm/state": weight float32[2] -> %2) {
  %2: float32[2] = map(%0, %1) { add(a, b) }
  return %2
}`);
  expect(() => bytesOf(program)).toThrow(
    "export: each call changes 'net/lstm/state' of 'net/lstm', and a graph of ONNX keeps nothing from call to call. Make the layer with `stateful: false`",
  );
});

test('files of more than 2 GB are refused', () => {
  const count = 33;
  // each state has the same 64 MiB
  const states = Array.from({ length: count }, (_, i) => `%${i} "w${i}": weight float32[16777216] -> %${i}`);
  const ids = Array.from({ length: count }, (_, i) => `%${i}`);
  const program = parse(`program() state (${states}) {
  %${count}: float32[${16777216 * count}] = concat(${ids}) {axis=0}
  return %${count}
}`);
  const data = new Float32Array(16777216);
  expect(() =>
    writeOnnx(
      commonProgram({ program, batch: 1 }, { program, batch: 1 }),
      ids.map(() => data),
      namesOf(program, 18),
    ),
  ).toThrow('export: the model takes 2.1 GiB, and a file of ONNX has at most 2. Export it in parts');
});

test('weights that are only transposed keep their names', () => {
  const program = parse(`program(%0 "x": float32[1,4,1]) state (%1 "conv/kernel": weight float32[2,1,3] -> %1) {
  %2: float32[1,3,3] = conv(%0, %1) {strides=[1], dilations=[1], pads=[[0, 0]]}
  return %2
}`);
  const bytes = writeOnnx(
    commonProgram({ program, batch: 1 }, { program, batch: 1 }),
    [Float32Array.of(1, 2, 3, 4, 5, 6)],
    namesOf(program, 18),
  );
  const text = new TextDecoder('latin1').decode(bytes);
  expect(text).toContain('conv/kernel');
  expect(text).not.toContain('transposed');
  // [window, in, out] → [out, in, window]
  const elements = new Uint8Array(Float32Array.of(1, 4, 2, 5, 3, 6).buffer);
  expect(Buffer.from(bytes).includes(Buffer.from(elements))).toBe(true);
});
