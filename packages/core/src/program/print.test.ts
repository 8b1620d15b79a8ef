import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ProgramBuilder } from './builder.ts';
import { callOf, type Expression, inputOf, numberOf } from './expression.ts';
import { parse, parseExpression } from './parse.ts';
import { print } from './print.ts';
import { printExpression } from './print-expression.ts';
import type { AttributeValue, Instruction, Program, ProgramConstant, ProgramDType, ValueType } from './program.ts';
import { verify } from './verify.ts';

test('a program as text', () => {
  const builder = new ProgramBuilder();
  const x = builder.input('x', { shape: [8, 3], dtype: 'float32' });
  const kernel = builder.state('dense/kernel', 'weight', { shape: [3, 2], dtype: 'float32' });
  const half = builder.constant(0.1, { shape: [], dtype: 'float32' });
  const steps = builder.constant(Int32Array.of(1, -2), { shape: [2], dtype: 'int32' });
  builder.origin = 'dense/BatchMatMul';
  const y = builder.emit('reduce', [x], { kind: 'sum', axes: [1] })[0]!;
  builder.origin = undefined;
  const z = builder.map(parseExpression('max(add(a, b), -0)'), y, half);
  builder.update(kernel, builder.map('mul', kernel, half));
  const [noise] = builder.emit('random', [steps], { shape: [2], distribution: 'bits' });
  expect(
    print(builder.build([z, noise!])),
  ).toBe(`program(%0 "x": float32[8,3]) state(%1 "dense/kernel": weight float32[3,2] -> %6) {
  %2: float32[] = constant 0.1
  %3: int32[2] = constant [1, -2]
  %4: float32[8] = reduce(%0) {kind="sum", axes=[1]}  # dense/BatchMatMul
  %5: float32[8] = map(%4, %2) { max(add(a, b), -0) }
  %6: float32[3,2] = map(%1, %2) { mul(a, b) }
  %7: int32[2] = random(%3) {shape=[2], distribution="bits"}
  return %5, %7
}`);
});

test('a summary shortens long constants', () => {
  const builder = new ProgramBuilder();
  const long = builder.constant(new Float32Array(1000).fill(2), { shape: [1000], dtype: 'float32' });
  const program = builder.build([long]);
  expect(print(program, { summary: true })).toContain('constant [2, 2, 2, 2, 2, 2, 2, 2, … 1000 elements]');
  expect(parse(print(program))).toEqual(program);
});

test('special numbers of float32, in the fewest digits', () => {
  const text = `program() {
  %0: float32[9] = constant [-0, 0, NaN, Infinity, -Infinity, 1e-45, 0.1, 16777216, 3.4028235e+38]
  return %0
}`;
  const program = parse(text);
  const [, , , , , least, tenth, , most] = program.constants[0]!.data;
  expect([least, tenth, most]).toEqual([2 ** -149, Math.fround(0.1), (2 - 2 ** -23) * 2 ** 127]);
  expect(print(program)).toBe(text);
});

test('an instruction with several outputs, and none', () => {
  const text = `program(
    %0 "a": float32[2],
    %1 "b": float32[2],
    %2 "c": float32[2]
  ) {
  %3: float32[2], %4: int32[2] = sort(%0) {axis=0, descending=true}
  return
}`;
  expect(print(parse(text))).toBe(text);
});

test('expressions', () => {
  const text = 'select(gt(a, v26), -1e-7, max(z, NaN))';
  expect(printExpression(parseExpression(text))).toBe(text);
  expect(parseExpression(text)).toEqual(
    callOf(
      'select',
      callOf('gt', inputOf(0), inputOf(26)),
      numberOf(-1e-7),
      callOf('max', inputOf(25), numberOf(Number.NaN)),
    ),
  );
});

test('what is fused', () => {
  const text = `program(%0 "x": float32[2,3], %1 "w": float32[3,3]) {
  %2: float32[2,3] = dot(%0, %1, %0) {transposeA=false, transposeB=false, epilogue=(relu(add(a, b)))}
  %3: float32[2] = reduce(%2, %0) {kind="sum", axes=[1], expr=(mul(a, b))}
  %4: float32[2,3], %5: bool[2,3] = mapMany(%0, %2) { add(a, b), gt(a, 0) }
  %6: float32[2,3] = mapMany(%0) {exprs=[(neg(a))]}
  return %3, %4, %5, %6
}`;
  const program = parse(text);
  verify(program);
  expect(program.instructions[2]!.attrs).toEqual({
    exprs: [parseExpression('add(a, b)'), parseExpression('gt(a, 0)')],
  });
  expect(print(program)).toBe(text);
});

// what is written is what is read, whether the program is legal or not

const dtypes = fc.constantFrom<ProgramDType>('float32', 'int32', 'bool', 'uint8');
const types: fc.Arbitrary<ValueType> = fc.record({ shape: fc.array(fc.nat(20), { maxLength: 4 }), dtype: dtypes });
const names = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9_]{0,8}$/);

const expressions = fc.letrec<{ expression: Expression }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 4 },
    fc.nat(40).map(inputOf),
    fc.double().map(numberOf),
    fc.tuple(names, fc.array(tie('expression'), { maxLength: 3 })).map(([fn, args]) => callOf(fn, ...args)),
  ),
})).expression;

const attributes = fc.letrec<{ value: AttributeValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.double(),
    fc.boolean(),
    fc.string({ unit: 'binary' }),
    expressions,
    fc.array(tie('value'), { maxLength: 4 }),
  ),
})).value;

const attrs = fc.oneof(
  expressions.map((expr) => ({ expr })),
  fc.dictionary(names, attributes, { maxKeys: 4, noNullPrototype: true }),
);

const constant = <T extends ProgramConstant['data']>(dtype: ProgramDType, data: fc.Arbitrary<T>) =>
  data.map((elements): [ValueType, ProgramConstant['data']] => [{ shape: [5], dtype }, elements]);

const constants = fc.oneof(
  constant('float32', fc.float32Array({ maxLength: 5 })),
  constant('int32', fc.int32Array({ maxLength: 5 })),
  constant('bool', fc.uint8Array({ maxLength: 5, max: 1 })),
  constant('uint8', fc.uint8Array({ maxLength: 5 })),
);

const instructions: fc.Arbitrary<[Omit<Instruction, 'outputs'>, ValueType[]]> = fc.tuple(
  fc
    .record({
      primitive: names.filter((name) => name !== 'constant'),
      inputs: fc.array(fc.nat(20), { maxLength: 3 }),
      attrs,
      origin: fc.option(fc.stringMatching(/^[^\s](.{0,20}[^\s])?$/), { nil: undefined }),
    })
    .map(({ origin, ...rest }) => (origin === undefined ? rest : { ...rest, origin })),
  fc.array(types, { minLength: 1, maxLength: 3 }),
);

const programs: fc.Arbitrary<Program> = fc
  .record({
    inputs: fc.array(fc.tuple(fc.string({ unit: 'binary' }), types), { maxLength: 4 }),
    state: fc.array(
      fc.tuple(
        fc.string(),
        types,
        fc.constantFrom('weight', 'optimizer', 'metric', 'rng', 'counter', 'hyper'),
        fc.boolean(),
      ),
      { maxLength: 4 },
    ),
    constants: fc.array(constants, { maxLength: 3 }),
    instructions: fc.array(instructions, { maxLength: 5 }),
    outputs: fc.array(fc.nat(20), { maxLength: 3 }),
  })
  .map((parts) => {
    const valueTypes = new Map<number, ValueType>();
    const make = (type: ValueType): number => {
      valueTypes.set(valueTypes.size, type);
      return valueTypes.size - 1;
    };
    return {
      inputs: parts.inputs.map(([name, type]) => ({ id: make(type), name })),
      state: parts.state.map(([name, type, kind, changes]) => {
        const input = make(type);
        return { name, kind: kind as 'weight', input, output: changes ? input + 7 : input };
      }),
      constants: parts.constants.map(([type, data]) => ({ id: make(type), data })),
      instructions: parts.instructions.map(([rest, outputs]) => ({ ...rest, outputs: outputs.map(make) })),
      outputs: parts.outputs,
      types: valueTypes,
    };
  });

test('any program reads back as it was written', () => {
  fc.assert(
    fc.property(programs, (program) => {
      expect(parse(print(program))).toEqual(program);
    }),
    { numRuns: 300, seed: 1 },
  );
});
