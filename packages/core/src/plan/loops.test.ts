import { expect, test } from 'vitest';
import { parse } from '../program/parse.ts';
import type { Program } from '../program/program.ts';
import { disassemble } from './disassemble.ts';
import { FLAGS } from './opcodes.ts';
import type { Plan } from './plan.ts';
import { planProgram } from './plan-program.ts';
import { readStream } from './read-stream.ts';
import { expectPlanMeans } from './testing/expect-plan-means.ts';
import { findHazards } from './testing/find-hazards.ts';

/** Of a plan for any number of threads: what it computes is right, and no two threads meet. */
function checked(program: Program, serialBelow: number): Plan {
  const plan = planProgram(program, { serialBelow });
  expectPlanMeans(program, plan);
  expect(findHazards(plan)).toEqual([]);
  return plan;
}

/** `loop[|dot |map]`: as in `plan-program.test.ts`, with what is in loops. */
const schedule = (plan: Plan): string =>
  readStream(plan)
    .map(({ opcode, hasBarrier, isSerial, depth }) => {
      return `${'>'.repeat(depth)}${hasBarrier ? '|' : ''}${opcode}${isSerial ? '1' : ''}`;
    })
    .join(' ');

/** A cell with two carries, one of which is an output of the step too. */
const cell = (length: number, outputs = '%4, %5, %6') =>
  parse(`program(%0 "h": float32[2,3], %1 "c": float32[2,3], %2 "xs": float32[${length},2,3], %3 "u": float32[3,3]) {
    %4: float32[2,3], %5: float32[2,3], %6: float32[${length},2,3] = loop(%0, %1, %2, %3) {length=${length}, carries=2, sequences=1, reverse=false, body=program(%0 "h": float32[2,3], %1 "c": float32[2,3], %2 "x": float32[2,3], %3 "u": float32[3,3]) {
      %4: float32[2,3] = dot(%0, %3, %2) {transposeA=false, transposeB=false, epilogue=(add(a, b))}
      %5: float32[2,3], %6: float32[2,3] = mapMany(%4, %1) { add(a, b), tanh(mul(a, b)) }
      return %6, %5, %6
    }}  # rnn
    return ${outputs}
  }`);

test('steps are slots that move, a carry is read where it was written; weights are packed once', () => {
  const plan = checked(cell(5), 0);
  expect(disassemble(plan)).toBe(
    `
s0: input 0, 6 float32
s1: input 1, 6 float32
s2: input 2, 30 float32
s3: input 3, 9 float32
s4: output 0, 6 float32
s5: output 1, 6 float32
s6: output 2, 30 float32
s7: moving s2, 6 float32
s8: moving s6, 6 float32
s9: moving s0/s6, 6 float32
s10: arena 256, 6 float32
s11: moving s10/s5, 6 float32
s12: moving s10/s5, 6 float32
s13: arena 320, 6 float32
s14: arena 384, 192 float32
segment 0: words 0-129
|  #0 copy elementBytes=4 dims=[6] source=s1 sourceOffset=0 sourceStrides=[1] out=s10 outOffset=0 outStrides=[1]
   #1 pack k=3 n=3 order=0 b=s3 out=s14
|  #0 loop length=5 reverse=0 rows=2 moves=[s7 in s2 by 24,s8 in s6 by 24] carries=[s9/s8 at s0/s6,s11/s12 at s10/s5] apart=0 own=[] ownBytes=0 bodyWords=67
  |  #1 dot batch=[] m=2 n=3 k=3 transposeA=0 orderB=2 a=s9 stridesA=[] b=s14 stridesB=[] out=s13 extras=[s7 f32 (3,1)] resultRegister=1 registers=2 { r1 = add.f32(r0, r1) }
  |  #2 map dims=[6] inputs=[s13 f32 (1),s11 f32 (1)] outputs=[s12 f32 r2,s8 f32 r1] registers=3 { r2 = add.f32(r0, r1); r1 = mul.f32(r0, r1); r1 = tanh.f32(r1) }
|  #0 copy elementBytes=4 dims=[6] source=s6 sourceOffset=24 sourceStrides=[1] out=s4 outOffset=0 outStrides=[1]
`.trim(),
  );
});

test.each([1, 2, 3, 4])('after %i steps the last carries are where they are wanted', (length) => {
  for (const serialBelow of [0, 100_000]) checked(cell(length), serialBelow);
  // nobody asks for what would have to be copied
  expect(schedule(checked(cell(length, '%5, %6'), 0))).toBe('|copy pack |loop >|dot >|map');
});

test('instructions in bodies have numbers after those of the program, and run once for each step', () => {
  const { instructions } = checked(cell(5), 0);
  expect(instructions.map(({ instruction, runs }) => [instruction.primitive, runs])).toEqual([
    ['loop', 0],
    ['dot', 5],
    ['mapMany', 5],
  ]);
});

/** A cell of 4 rows, with this between the product and the carry. */
const rowsOf = (middle: string, result = '%8') =>
  parse(`program(%0 "h": float32[4,3], %1 "xs": float32[6,4,3], %2 "u": float32[3,8], %3 "v": float32[5,3]) {
    %4: float32[4,3], %5: float32[6,4,3] = loop(%0, %1, %2, %3) {length=6, carries=1, sequences=1, reverse=true, body=program(%0 "h": float32[4,3], %1 "x": float32[4,3], %2 "u": float32[3,8], %3 "v": float32[5,3]) {
      %4: float32[4,8] = dot(%0, %2) {transposeA=false, transposeB=false}
      %5: float32[4,3] = slice(%4) {begin=[0,4], size=[4,3], strides=[1,1]}
      %6: float32[4,2] = slice(%4) {begin=[0,1], size=[4,2], strides=[1,2]}
      ${middle}
      return ${result}, ${result}
    }}
    return %4, %5
  }`);

const INDEPENDENT = `%7: float32[4,5] = concat(%5, %6) {axis=1}
  %9: float32[4,3] = dot(%7, %3) {transposeA=false, transposeB=false}
  %8: float32[4,3] = map(%9, %1, %0) { tanh(add(add(a, b), c)) }`;

const rowsIn = (plan: Plan) => readStream(plan).find(({ opcode }) => opcode === 'loop')!.fields.rows;

test('rows that have nothing to do with each other are said to be so, and lie apart', () => {
  const plan = checked(rowsOf(INDEPENDENT), 0);
  expect(rowsIn(plan)).toBe(4);
  // what is done with them before and after waits for all of their parts
  expect(schedule(plan)).toBe('|pack pack |loop >|dot >|copy >copy >|copy >copy >|dot >|map |copy');
  // as one thread would do it who does it all
  const small = checked(rowsOf(INDEPENDENT), 400);
  expect(rowsIn(small)).toBe(4);
  expect(schedule(small)).toBe('|loop >dot1 >copy1 >copy1 >copy1 >copy1 >dot1 >map1 |copy1');
  expect(rowsIn(checked(rowsOf(INDEPENDENT), 100_000))).toBe(0);
});

test.each([
  ['a transposed product', '%7: float32[8,3] = dot(%4, %5) {transposeA=true, transposeB=false}', '%5'],
  ['a product with what the step made', '%7: float32[4,4] = dot(%5, %0) {transposeA=false, transposeB=true}', '%5'],
  [
    'a sum of rows',
    '%7: float32[3] = reduce(%5) {kind="sum", axes=[0]}\n %8: float32[4,3] = map(%5, %7) { add(a, b) }',
    '%8',
  ],
  ['rows in another order', '%8: float32[4,3] = reverse(%5) {axes=[0]}', '%8'],
  ['a value that is the same for all rows', '%7: float32[5,3] = map(%3) { exp(a) }', '%5'],
])('%s is none of rows', (_, middle, result) => {
  expect(rowsIn(planProgram(rowsOf(middle, result), { serialBelow: 0 }))).toBe(0);
});

test('rows that share memory with other rows are found', () => {
  const plan = planProgram(rowsOf(INDEPENDENT), { serialBelow: 0 });
  const dots = readStream(plan).filter(({ opcode }) => opcode === 'dot');
  const [wide, narrow] = [
    dots[0]!.writes[0]!,
    readStream(plan).find(({ opcode, depth }) => opcode === 'copy' && depth)!,
  ];
  const slots = plan.slots.with(narrow.writes[0]!, {
    ...plan.slots[narrow.writes[0]!]!,
    place: plan.slots[wide]!.place,
  });
  expect(findHazards({ ...plan, slots })).toContainEqual(
    expect.stringMatching(/^rows of dot at \d+ and copy at \d+ meet/),
  );
});

test('a loop of small steps one thread does alone, like one instruction', () => {
  const program = parse(`program(%0 "x": float32[100,100], %1 "h": float32[3]) {
    %2: float32[100,100] = map(%0) { exp(a) }
    %3: float32[100] = reduce(%2) {kind="sum", axes=[1]}
    %4: float32[3], %5: float32[100,3] = loop(%1, %3) {length=100, carries=1, sequences=1, reverse=true, body=program(%0 "h": float32[3], %1 "x": float32[]) {
      %2: float32[3] = map(%0, %1) { mul(add(a, b), 0.5) }
      %3: float32[3] = map(%2) { tanh(a) }
      return %3, %3
    }}
    %6: float32[3] = map(%4) { neg(a) }
    return %5, %6
  }`);
  expect(schedule(checked(program, 8192))).toBe('|map |reduce |loop1 >map1 >map1 copy1 map1');
});

test('without the barrier before each step, threads meet', () => {
  const plan = planProgram(cell(3), { serialBelow: 0 });
  const first = readStream(plan).find(({ depth }) => depth === 1)!;
  const words = plan.words.slice();
  words[first.at + 2]! &= ~FLAGS.barrier;
  expect(findHazards({ ...plan, words })).toContainEqual(
    expect.stringMatching(/^map at \d+ and dot at \d+ meet at arena:320$/),
  );
});

test('carries that change places, stay, or are the same value', () => {
  const program = parse(`program(%0 "a": float32[4], %1 "b": float32[4]) {
    %2: float32[4], %3: float32[4], %4: float32[4], %5: float32[4], %6: float32[3,4] = loop(%0, %1, %1, %0) {length=3, carries=4, sequences=0, reverse=true, body=program(%0 "a": float32[4], %1 "b": float32[4], %2 "c": float32[4], %3 "d": float32[4]) {
      %4: float32[4] = map(%0, %3) { add(a, b) }
      return %1, %4, %2, %4, %4
    }}
    return %2, %3, %4, %5, %6
  }`);
  for (const serialBelow of [0, 100_000]) checked(program, serialBelow);
});

/** A loop in a loop, over a sequence of sequences. */
const nested = (inner: string) =>
  parse(`program(%0 "h": float32[2], %1 "xs": float32[3,4,2]) {
    %2: float32[2], %3: float32[3,4,2] = loop(%0, %1) {length=3, carries=1, sequences=1, reverse=false, body=program(%0 "h": float32[2], %1 "x": float32[4,2]) {
      %2: float32[2] = map(%0) { mul(a, 0.5) }
      %3: float32[2], %4: float32[4,2] = loop(%2, %1) {length=4, carries=1, sequences=1, reverse=true, body=program(%0 "h": float32[2], %1 "x": float32[2]) {
        ${inner}
        return %2, %2
      }}
      return %3, %4
    }}
    return %2, %3
  }`);

test('loops in loops', () => {
  const program = nested('%2: float32[2] = map(%0, %1) { add(a, b) }');
  for (const serialBelow of [0, 100_000]) checked(program, serialBelow);
  const plan = checked(program, 0);
  expect(schedule(plan)).toBe('|copy loop >|map >|loop >>|map >|copy');
  expect(plan.instructions.map(({ instruction, runs }) => `${runs} ${instruction.primitive}`)).toEqual([
    '0 loop',
    '3 map',
    '0 loop',
    '12 map',
  ]);
});

test('where the host must do something in a body, it does all of the loop', () => {
  const program = nested(`%2: float32[2] = call(%0) {kernel="Exp", types=["float32[2]"]}`);
  const plan = planProgram(program);
  expect(plan.segments).toEqual([{ kind: 'host', instruction: 0 }]);
  expect(plan.instructions).toHaveLength(1);
  expect(plan.slots.every(({ place }) => place.kind === 'input' || place.kind === 'output')).toBe(true);
});

test('a loop without steps is for the host', () => {
  const program = parse(`program(%0 "h": float32[2]) {
    %1: float32[2], %2: float32[0,2] = loop(%0) {length=0, carries=1, sequences=0, reverse=false, body=program(%0 "h": float32[2]) {
      %1: float32[2] = map(%0) { neg(a) }
      return %1, %1
    }}
    return %1
  }`);
  const plan = planProgram(program);
  expectPlanMeans(program, plan);
  expect(plan.segments).toEqual([{ kind: 'host', instruction: 0 }]);
});

/** A loop of softmaxes without carries, and what follows it. */
const apart = (length: number, input = 'map(%0) { exp(a) }') =>
  parse(`program(%0 "xs": float32[${length},4,3], %1 "y": float32[3]) {
    %2: float32[${length},4,3] = ${input}
    %3: float32[${length},4,3], %4: float32[${length},3] = loop(%2, %1) {length=${length}, carries=0, sequences=1, reverse=true, body=program(%0 "x": float32[4,3], %1 "y": float32[3]) {
      %2: float32[4,3] = map(%0, %1) { mul(a, b) }
      %3: float32[4] = reduce(%2) {kind="sum", axes=[1]}
      %4: float32[4,1] = reshape(%3) {shape=[4, 1]}
      %5: float32[4,3] = map(%2, %4) { div(a, b) }
      %6: float32[3] = reduce(%5) {kind="max", axes=[0]}
      return %5, %6
    }}
    %5: float32[3] = reduce(%4) {kind="max", axes=[0]}
    return %3, %5
  }`);

test('steps that do not need each other threads do apart, with memory of their own; the loop is like one part', () => {
  const plan = checked(apart(16), 0);
  expect(schedule(plan)).toBe('|map |loop >map >reduce >map >reduce |reduce');
  expect(disassemble(plan)).toMatch(/ apart=1 own=\[s\d+ at 0,s\d+ at 64\] ownBytes=128 /);
});

test('a step that reads what another one wrote is found', () => {
  const plan = checked(apart(16), 0);
  const { at, fields } = readStream(plan).find(({ opcode }) => opcode === 'loop')!;
  const [read] = fields.moves as unknown as readonly { slot: number; base: number; bytes: number }[];
  const words = plan.words.slice();
  const place = words.indexOf(read!.bytes, at);
  words[place] = 0;
  const wrong = { ...plan, words, slots: plan.slots.map((slot, i) => (i === read!.base ? plan.slots[0]! : slot)) };
  expect(findHazards(wrong)).toEqual([]);
  const outputs = (fields.moves as unknown as readonly { slot: number; bytes: number }[]).at(-1)!;
  words[words.indexOf(outputs.slot, at) + 2] = 0;
  expect(findHazards({ ...plan, words })).not.toEqual([]);
});

test('steps stay together where they are few and large, or have what all threads share', () => {
  expect(schedule(checked(apart(3), 0))).toBe('|map loop >|map >|reduce >|map >|reduce |reduce');
  // small ones are worth it
  expect(schedule(checked(apart(3), 80))).toBe('|map |loop >map >reduce >map >reduce |reduce1');
  const program = parse(`program(%0 "xs": float32[20,4,4]) {
    %1: float32[20,4,4] = loop(%0) {length=20, carries=0, sequences=1, reverse=false, body=program(%0 "x": float32[4,4]) {
      %1: float32[4,4] = dot(%0, %0) {transposeA=false, transposeB=false}
      return %1
    }}
    return %1
  }`);
  expect(schedule(checked(program, 0))).toBe('|loop >|dot');
});

test('what is larger than caches is written past them, in loops too', () => {
  const streams = (rows: number): number[] => {
    const plan = planProgram(
      parse(`program(%0 "x": float32[${rows},1024], %1 "xs": float32[64,${rows / 64},1024]) {
      %2: float32[${rows},1024] = map(%0) { neg(a) }
      %3: float32[64,${rows / 64},1024] = loop(%1) {length=64, carries=0, sequences=1, reverse=false, body=program(%0 "x": float32[${rows / 64},1024]) {
        %1: float32[${rows / 64},1024] = map(%0) { exp(a) }
        %2: float32[${rows / 64}] = reduce(%1) {kind="sum", axes=[1]}
        %3: float32[${rows / 64},1] = reshape(%2) {shape=[${rows / 64}, 1]}
        %4: float32[${rows / 64},1024] = map(%1, %3) { div(a, b) }
        return %4
      }}
      return %2, %3
    }`),
    );
    return readStream(plan).map(({ at }) => Number((plan.words[at + 2]! & FLAGS.streams) !== 0));
  };
  expect(streams(4096)).toEqual([1, 0, 0, 0, 1]);
  expect(streams(2048)).toEqual([0, 0, 0, 0, 0]);
});
