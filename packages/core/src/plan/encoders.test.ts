import { describe, expect, test } from 'vitest';
import { parse } from '../program/parse.ts';
import { primitives } from '../program/primitives/index.ts';
import { encoders } from './encoders.ts';
import { planProgram } from './plan-program.ts';
import { readStream } from './read-stream.ts';
import { expectPlanMeans } from './testing/expect-plan-means.ts';
import { findHazards } from './testing/find-hazards.ts';
import { instructionCases, programOfCase } from './testing/instruction-cases.ts';

test.each(Object.entries(instructionCases))('%s', (_, instruction) => {
  const program = programOfCase(instruction);
  const plan = planProgram(program);
  const opcodes = readStream(plan).map(({ opcode }) => opcode);
  expect(opcodes.join(' ')).toBe(instruction.stream);
  for (const seed of [1, 2, 3]) expectPlanMeans(program, plan, seed);
  expect(findHazards(planProgram(program, { serialBelow: 0 }))).toEqual([]);
});

test('every primitive has a case, or needs no words, or is for the host', () => {
  const cases = Object.values(instructionCases);
  const streamsOf = (name: string) => cases.filter(({ primitive }) => primitive === name).map(({ stream }) => stream);
  const names = Object.keys(primitives);
  expect(names.filter((name) => streamsOf(name).length === 0)).toEqual(['call', 'reshape']);
  const unencoded = names.filter((name) => !Object.hasOwn(encoders, name) && name !== 'loop');
  expect(unencoded).toEqual(names.filter((name) => streamsOf(name).every((stream) => stream === 'host')));
});

describe('dims', () => {
  const dimsOf = (text: string) => readStream(planProgram(parse(text)))[0]!.fields;

  test('that all operands walk as one are one', () => {
    const fields = dimsOf(`program(%0 "x": float32[2,3,4,5], %1 "y": float32[4,5], %2 "z": float32[2,1,1,1]) {
      %3: float32[2,3,4,5] = map(%0, %1, %2) { add(a, mul(b, c)) }
      return %3
    }`);
    expect(fields.dims).toEqual([2, 3, 20]);
    expect(fields.inputs).toMatchObject([{ strides: [60, 20, 1] }, { strides: [0, 0, 1] }, { strides: [1, 0, 0] }]);
  });

  test('that all matrices on the right share are rows of one product', () => {
    const fields = dimsOf(`program(%0 "x": float32[2,3,4], %1 "w": float32[1,4,5]) {
      %2: float32[2,3,5] = dot(%0, %1) {transposeA=false, transposeB=false}
      return %2
    }`);
    expect(fields).toMatchObject({ nBatch: 0, m: 6, n: 5, k: 4 });
  });

  test('a reduction goes by columns where a kept axis is the fastest', () => {
    const order = (axes: string) =>
      dimsOf(`program(%0 "x": float32[2,3,4,1]) {
        %1: float32[${axes === '[0, 1]' ? '4,1' : '2,1'}] = reduce(%0) {kind="sum", axes=${axes}}
        return %1
      }`);
    expect(order('[0, 1]')).toMatchObject({ order: 1, kept: [4], reduced: [6] });
    expect(order('[1, 2]')).toMatchObject({ order: 0, kept: [2], reduced: [12] });
  });
});
