import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runPasses } from '../passes/run-passes.ts';
import { randomProgram } from '../passes/testing/random-program.ts';
import { parse } from '../program/parse.ts';
import { disassemble } from './disassemble.ts';
import { FLAGS } from './opcodes.ts';
import type { Plan } from './plan.ts';
import { planProgram } from './plan-program.ts';
import { readStream } from './read-stream.ts';
import { expectPlanMeans } from './testing/expect-plan-means.ts';
import { findHazards } from './testing/find-hazards.ts';
import { runPlan } from './testing/run-plan.ts';

describe('random programs', () => {
  const choices = fc.array(fc.nat(), { maxLength: 200, size: 'max' });

  test('their plans compute what they mean', () => {
    fc.assert(
      fc.property(choices, fc.boolean(), (list, optimized) => {
        const program = optimized ? runPasses(randomProgram(list)) : randomProgram(list);
        expectPlanMeans(program, planProgram(program));
      }),
      { numRuns: 150 },
    );
  });

  test('no thread touches what another one may still write', () => {
    fc.assert(
      fc.property(choices, fc.constantFrom(0, 8, 100_000), (list, serialBelow) => {
        expect(findHazards(planProgram(runPasses(randomProgram(list)), { serialBelow }))).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});

test('without its barriers, threads of a plan meet', () => {
  const program = parse(`program(%0 "x": float32[4]) {
    %1: float32[4] = map(%0) { exp(a) }
    %2: float32[4] = map(%1) { neg(a) }
    return %2
  }`);
  const plan = planProgram(program, { serialBelow: 0 });
  const stream = readStream(plan);
  expect(stream.map(({ hasBarrier }) => hasBarrier)).toEqual([true, true]);
  const words = plan.words.slice();
  words[stream[1]!.at + 2]! &= ~FLAGS.barrier;
  expect(findHazards({ ...plan, words })).toEqual(['map at 0 and map at 22 meet at arena:0']);
});

/** `map|`, `map1`: the instructions of a stream, with a bar before barriers and a 1 where one thread does it alone. */
const schedule = (plan: Plan): string =>
  readStream(plan)
    .map(({ opcode, hasBarrier, isSerial }) => `${hasBarrier ? '|' : ''}${opcode}${isSerial ? '1' : ''}`)
    .join(' ');

test('what one thread does alone needs no barriers, what all do needs them', () => {
  const program = parse(`program(%0 "x": float32[100], %1 "y": float32[100,100]) {
    %2: float32[100] = map(%0) { exp(a) }
    %3: float32[100] = map(%2) { neg(a) }
    %4: float32[100,100] = map(%1) { exp(a) }
    %5: float32[100] = reduce(%4, %3) {kind="sum", axes=[1], expr=(add(a, b))}
    %6: float32[100] = map(%5) { neg(a) }
    return %3, %6
  }`);
  const plan = planProgram(program);
  expect(schedule(plan)).toBe('|map1 map1 map |reduce |map1');
  expect(findHazards(plan)).toEqual([]);
});

test('the plan of a step of a small network, as text', () => {
  const program = parse(`program(%0 "x": float32[4,12], %1 "dy": float32[4,8]) state(
      %2 "kernel": weight float32[12,8] -> %8, %3 "bias": weight float32[8] -> %10, %4 "rate": hyper float32[]) {
    %5: float32[4,8] = dot(%0, %2, %3) {transposeA=false, transposeB=false, epilogue=(relu(add(a, b)))}
    %6: float32[4,8] = map(%1, %5) { mul(a, step(b, 0)) }
    %7: float32[12,8] = dot(%0, %6) {transposeA=true, transposeB=false}
    %8: float32[12,8] = map(%2, %7, %4) { sub(a, mul(b, c)) }
    %9: float32[8] = reduce(%6) {kind="sum", axes=[0]}
    %10: float32[8] = map(%3, %9, %4) { sub(a, mul(b, c)) }
    %11: float32[32] = reshape(%5) {shape=[32]}
    return %11
  }`);
  expect(disassemble(planProgram(program, { serialBelow: 10 }))).toMatchInlineSnapshot(`
    "s0: input 0, 48 float32
    s1: input 1, 32 float32
    s2: state 0, 96 float32
    s3: state 1, 8 float32
    s4: state 2, 1 float32
    s5: output 0, 32 float32
    s6: arena 512, 32 float32
    s7: arena 0, 96 float32
    s8: arena 0, 8 float32
    segment 0: words 0-176
    |  #0 dot batch=[] m=4 n=8 k=12 transposeA=0 orderB=0 a=s0 stridesA=[] b=s2 stridesB=[] out=s5 extras=[s3 f32 (0,1)] resultRegister=1 registers=2 { r1 = add.f32(r0, r1); r1 = relu.f32(r1) }
    |  #1 map dims=[32] inputs=[s1 f32 (1),s5 f32 (1)] outputs=[s6 f32 r1] registers=3 { r2 = 0.f32; r1 = step.f32(r1, r2); r1 = mul.f32(r0, r1) }
    |  #2 dot batch=[] m=12 n=8 k=4 transposeA=1 orderB=0 a=s0 stridesA=[] b=s6 stridesB=[] out=s7 extras=[] resultRegister=0 registers=1 {  }
    |  #3 map dims=[96] inputs=[s2 f32 (1),s7 f32 (1),s4 f32 (0)] outputs=[s2 f32 r2] registers=3 { r2 = mul.f32(r1, r2); r2 = sub.f32(r0, r2) }
    |  #4 reduce kind=0 order=1 kept=[8] reduced=[4] inputs=[s6 f32 (1,8)] valueDtype=0 valueRegister=0 out=s8 outDtype=0 registers=1 {  }
    |  #5 map dims=[8] inputs=[s3 f32 (1),s8 f32 (1),s4 f32 (0)] outputs=[s3 f32 r2] registers=3 { r2 = mul.f32(r1, r2); r2 = sub.f32(r0, r2) }"
  `);
});

test('a constant of one element is a number of the code, or moves by strides of 0', () => {
  const program = parse(`program(%0 "x": float32[2,3]) {
    %1: float32[2,3] = constant 0.5
    %2: int32[4] = constant 7
    %3: float32[2,3] = map(%0, %1) { mul(a, b) }
    %4: int32[2,4] = broadcast(%2) {shape=[2, 4]}
    return %3, %4
  }`);
  const plan = planProgram(program);
  expectPlanMeans(program, plan);
  const [map, copy] = readStream(plan);
  expect(map!.fields).toMatchObject({
    nInputs: 1,
    dims: [6],
    steps: [
      { fn: 0, dst: 1 },
      { a: 0, b: 1 },
    ],
  });
  expect(copy!.fields).toMatchObject({ dims: [8], sourceStrides: [0], outStrides: [1] });
  expect(plan.slots[copy!.fields.source as number]).toMatchObject({ size: 1 });
});

describe('where states and outputs are written', () => {
  const opcodesOf = (plan: Plan) => readStream(plan).map(({ opcode }) => opcode);
  const check = (text: string): Plan => {
    const program = parse(text);
    const plan = planProgram(program);
    expectPlanMeans(program, plan);
    expect(findHazards(planProgram(program, { serialBelow: 0 }))).toEqual([]);
    return plan;
  };

  test('a state over its old value, an output where it is wanted', () => {
    const plan = check(`program(%0 "x": float32[3]) state(%1 "w": weight float32[3] -> %2) {
      %2: float32[3] = map(%1, %0) { add(a, b) }
      %3: float32[3] = map(%2) { neg(a) }
      return %3
    }`);
    expect(opcodesOf(plan)).toEqual(['map', 'map']);
  });

  test('two states that change places', () => {
    const plan = check(`program() state(%0 "a": weight float32[3] -> %1, %1 "b": weight float32[3] -> %0) {
      return %0
    }`);
    expect(opcodesOf(plan)).toEqual(['copy', 'copy', 'copy', 'copy']);
  });

  test('three states in a ring, one of them through a view', () => {
    check(`program() state(%0 "a": weight int32[4] -> %1, %1 "b": weight int32[4] -> %4, %2 "c": weight int32[2,2] -> %3) {
      %3: int32[2,2] = reshape(%0) {shape=[2, 2]}
      %4: int32[4] = reshape(%2) {shape=[4]}
      return
    }`);
  });

  test('two states with one new value, which is an output too', () => {
    const plan =
      check(`program(%0 "x": float32[3]) state(%1 "a": weight float32[3] -> %3, %2 "b": weight float32[3] -> %3) {
      %3: float32[3] = map(%1, %0) { add(a, b) }
      return %3, %3
    }`);
    expect(opcodesOf(plan)).toEqual(['map', 'copy', 'copy', 'copy']);
  });

  test('a state whose old value is an output', () => {
    check(`program(%0 "x": bool[3]) state(%1 "a": weight bool[3] -> %2) {
      %2: bool[3] = map(%1, %0) { xor(a, b) }
      return %1
    }`);
  });

  test('inputs and constants as outputs and states', () => {
    check(`program(%0 "x": float32[3]) state(%1 "a": weight float32[3] -> %2, %3 "b": weight float32[3] -> %0) {
      %2: float32[3] = constant 2
      %4: float32[1,3] = reshape(%2) {shape=[1, 3]}
      return %0, %2, %4
    }`);
  });
});

test('the host evaluates what executors do not know, between two segments', () => {
  const program = parse(`program(%0 "x": int32[2,2]) {
    %1: int32[2,2] = constant 3
    %2: int32[2,2] = map(%0) { add(a, 1) }
    %3: int32[2,2] = dot(%2, %1) {transposeA=false, transposeB=false}
    %4: int32[2,2] = map(%3) { neg(a) }
    return %4
  }`);
  const plan = planProgram(program);
  expect(plan.segments.map(({ kind }) => kind)).toEqual(['words', 'host', 'words']);
  expect(plan.segments[1]).toEqual({ kind: 'host', instruction: 1 });
  expectPlanMeans(program, plan);
});

test('values without elements need no instructions', () => {
  const program = parse(`program(%0 "x": float32[0,3]) {
    %1: float32[0,3] = map(%0) { neg(a) }
    %2: float32[3] = reduce(%1) {kind="sum", axes=[0]}
    return %1, %2
  }`);
  const plan = planProgram(program);
  expect(plan.segments).toEqual([{ kind: 'host', instruction: 1 }]);
  expectPlanMeans(program, plan);
});

test('the sum of one -0 is 0', () => {
  const program = parse(`program(%0 "x": float32[2,1]) {
    %1: float32[2] = reduce(%0) {kind="sum", axes=[1]}
    return %1
  }`);
  expect(runPlan(planProgram(program), { inputs: { x: Float32Array.of(-0, 1) }, state: {} }).outputs).toEqual([
    Float32Array.of(0, 1),
  ]);
});

test('the plan can be seen', () => {
  const program = parse(`program(%0 "x": float32[2]) {
    return %0
  }`);
  const texts: string[] = [];
  const plan = planProgram(program, { debug: (text) => texts.push(text) });
  expect(texts).toEqual([disassemble(plan)]);
});
