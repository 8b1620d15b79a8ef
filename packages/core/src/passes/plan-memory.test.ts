import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluateInstruction, interpret } from '../program/interpret.ts';
import { parse } from '../program/parse.ts';
import { allocate, bytesOf, type Elements } from '../program/primitive.ts';
import type { Program, ValueId } from '../program/program.ts';
import { liveness, mayOverwrite } from './liveness.ts';
import { orderForReuse } from './order-for-reuse.ts';
import { type MemoryPlan, planMemory } from './plan-memory.ts';
import { randomProgram } from './testing/random-program.ts';
import { randomValues } from './testing/random-values.ts';

const anyProgram = fc.array(fc.nat(), { minLength: 1, maxLength: 300, size: 'max' });
const seed = Number(process.env.CAPAS_SEED ?? 20261125);
const settings = { numRuns: Number(process.env.CAPAS_RANDOM_PROGRAMS ?? 250), seed };

describe('the arena', () => {
  test('has room for what lives at the same time, and no more', () => {
    const program = parse(`
      program(%0 "x": float32[32,32]) {
        %1: float32[32,32] = dot(%0, %0) {transposeA=false, transposeB=false}
        %2: float32[32,32] = dot(%1, %1) {transposeA=false, transposeB=false}
        %3: float32[32,32] = dot(%2, %2) {transposeA=false, transposeB=false}
        %4: float32[32,32] = dot(%3, %3) {transposeA=false, transposeB=false}
        return %4
      }`);
    expect(planMemory(program).arenaBytes).toBe(2 * 4096);
  });

  test('is written over by a map that is the last to read', () => {
    const program = parse(`
      program(%0 "x": float32[32,32]) {
        %1: float32[32,32] = dot(%0, %0) {transposeA=false, transposeB=false}
        %2: float32[32,32] = map(%1, %0) { add(a, b) }
        %3: float32[1024] = reshape(%2) {shape=[1024]}
        %4: float32[1024] = map(%3) { exp(a) }
        return %4
      }`);
    const plan = planMemory(program);
    expect(plan.arenaBytes).toBe(4096);
    expect([...plan.offsets]).toEqual([1, 2, 3, 4].map((id) => [id, 0]));
  });

  test('is not written over where elements have other sizes, even if they would fit', () => {
    const program = parse(`
      program(%0 "x": bool[8]) {
        %1: bool[8] = map(%0) { not(a) }
        %2: float32[8] = map(%1) { f32(a) }
        return %2
      }`);
    expect(planMemory(program).arenaBytes).toBe(128);
  });

  test('is not written over where a map reads elements again', () => {
    const program = parse(`
      program(%0 "x": float32[2], %1 "y": float32[2,2]) {
        %2: float32[2] = map(%0) { neg(a) }
        %3: float32[2,2] = map(%2, %1) { pow(a, b) }
        return %3
      }`);
    expect(planMemory(program).arenaBytes).toBe(128);
  });

  test('of two outputs of a mapMany, one is written over a dying input, the other is not', () => {
    const program = parse(`
      program(%0 "x": float32[16]) {
        %1: float32[16] = map(%0) { neg(a) }
        %2: float32[16], %3: float32[16] = mapMany(%1) { exp(a), sqrt(a) }
        return %2, %3
      }`);
    expect(planMemory(program).arenaBytes).toBe(128);
  });

  test('does not hold states that are written in place', () => {
    const program = parse(`
      program(%0 "g": float32[100]) state(%1 "w": weight float32[100] -> %2) {
        %2: float32[100] = map(%1, %0) { sub(a, b) }
        return
      }`);
    expect(planMemory(program)).toEqual({ arenaBytes: 0, offsets: new Map(), statesInPlace: new Set([0]) });
  });
});

/** Whether two values may have the same bytes at a time: one is a view of the other, or is written over it element by element. */
function mayShare(program: Program, first: ValueId, second: ValueId): boolean {
  const { storageOf, lifetimes } = liveness(program);
  const [a, b] = [storageOf(first), storageOf(second)];
  const isWrittenOver = (old: ValueId, by: ValueId) => {
    const { from } = lifetimes.get(by)!;
    return lifetimes.get(old)!.to === from && mayOverwrite(program, program.instructions[from]!, by, old, storageOf);
  };
  return a === b || isWrittenOver(a, b) || isWrittenOver(b, a);
}

describe.each([
  ['as they come', (program: Program) => program],
  ['ordered for reuse', orderForReuse.run],
])('random programs %s', (_, order) => {
  test(`no two values that live at the same time overlap (seed ${seed})`, () => {
    const property = fc.property(anyProgram, (choices) => {
      const program = order(randomProgram(choices));
      const { storageOf, lifetimes } = liveness(program);
      const { offsets, arenaBytes } = planMemory(program);
      const ranges = [...offsets].map(([id, offset]) => {
        return { id, offset, end: offset + bytesOf(program.types.get(id)!), ...lifetimes.get(storageOf(id))! };
      });
      for (const a of ranges) {
        expect(a.end).toBeLessThanOrEqual(arenaBytes);
        for (const b of ranges.filter(({ id }) => id > a.id)) {
          const overlap = a.offset < b.end && b.offset < a.end && a.from <= b.to && b.from <= a.to;
          if (overlap && !mayShare(program, a.id, b.id)) expect.fail(`%${a.id} and %${b.id} overlap.`);
        }
      }
    });
    fc.assert(property, settings);
  });

  test(`they give the same in an arena (seed ${seed})`, () => {
    const property = fc.property(anyProgram, fc.nat(), (choices, values) => {
      const program = order(randomProgram(choices));
      const inputs = namedValues(program, program.inputs, values);
      const slots = program.state.map(({ input, name }) => ({ id: input, name }));
      const state = namedValues(program, slots, values + 1);
      const expected = interpret(program, { inputs, state });
      const received = runInArena(program, planMemory(program), inputs, state);
      expect(received.outputs).toEqual(expected.outputs.map(({ data }) => data));
      expect(received.state).toEqual(expected.state);
    });
    fc.assert(property, settings);
  });
});

function namedValues(
  program: Program,
  slots: readonly { id: ValueId; name: string }[],
  from: number,
): Record<string, Elements> {
  const types = slots.map(({ id }) => program.types.get(id)!);
  return Object.fromEntries(randomValues(types, from).map((data, i) => [slots[i]!.name, data]));
}

/** Runs a program as an executor does: everything that it makes is written into the arena or over a state, and read from there. */
function runInArena(
  program: Program,
  plan: MemoryPlan,
  inputs: Record<string, Elements>,
  before: Record<string, Elements>,
) {
  const { storageOf } = liveness(program);
  const typeOf = (id: ValueId) => program.types.get(id)!;
  const arena = new ArrayBuffer(plan.arenaBytes);
  const outside = new Map<ValueId, Elements>();
  for (const { id, name } of program.inputs) outside.set(id, inputs[name]!.slice());
  for (const { input, name } of program.state) outside.set(input, before[name]!.slice());
  for (const { id, data } of program.constants)
    outside.set(id, data.length === 1 ? allocate(typeOf(id)).fill(data[0]!) : data);
  for (const slot of plan.statesInPlace) {
    const { input, output } = program.state[slot]!;
    outside.set(storageOf(output), outside.get(input)!);
  }
  const bytesAt = (id: ValueId): Elements => {
    const known = outside.get(storageOf(id));
    if (known) return known;
    const like = allocate(typeOf(id));
    return new (like.constructor as Float32ArrayConstructor)(arena, plan.offsets.get(id), like.length);
  };
  for (const instruction of program.instructions) {
    const { primitive, inputs: ids, outputs } = instruction;
    if (primitive === 'reshape') continue;
    const args = ids.map((id) => ({ type: typeOf(id), data: bytesAt(id) }));
    const results = evaluateInstruction(instruction, args, outputs.map(typeOf));
    outputs.forEach((id, i) => {
      bytesAt(id).set(results[i]!);
    });
  }
  const outputs = program.outputs.map((id) => bytesAt(id).slice());
  return {
    outputs,
    state: Object.fromEntries(program.state.map(({ name, output }) => [name, bytesAt(output).slice()])),
  };
}
