import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runPasses } from '../passes/run-passes.ts';
import { randomProgram, randomValues } from '../passes/testing/random-program.ts';
import { interpret } from '../program/interpret.ts';
import type { Elements } from '../program/primitive.ts';
import { print } from '../program/print.ts';
import type { Program } from '../program/program.ts';
import { disassemble } from './disassemble.ts';
import type { Plan } from './plan.ts';
import { planProgram } from './plan-program.ts';
import { findHazards } from './testing/find-hazards.ts';
import { runPlan } from './testing/run-plan.ts';

describe('random programs', () => {
  const choices = fc.array(fc.nat(), { maxLength: 120, size: 'max' });

  test('their plans compute what they mean', () => {
    fc.assert(
      fc.property(choices, fc.boolean(), (list, optimized) => {
        const program = randomProgram(list);
        expectSameMeaning(optimized ? runPasses(program) : program);
      }),
      { numRuns: 300 },
    );
  });

  test('no thread reads or writes what another one may still write', () => {
    fc.assert(
      fc.property(choices, fc.constantFrom(0, 8, 100_000), (list, serialBelow) => {
        expect(findHazards(planProgram(runPasses(randomProgram(list)), { serialBelow }))).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});

/** Runs the plan of a program and the program on the same random values: outputs and states are the same, bit for bit. */
function expectSameMeaning(program: Program): Plan {
  const plan = planProgram(program);
  const typeOf = (id: number) => program.types.get(id)!;
  const inputs = randomValues(
    program.inputs.map(({ id }) => typeOf(id)),
    1,
  );
  const state = randomValues(
    program.state.map(({ input }) => typeOf(input)),
    2,
  );
  const named = (items: readonly { readonly name: string }[], values: readonly Elements[]) =>
    Object.fromEntries(items.map(({ name }, i) => [name, values[i]!]));
  const expected = interpret(program, { inputs: named(program.inputs, inputs), state: named(program.state, state) });
  const received = runPlan(plan, inputs, state);
  const pairs = [
    ...expected.outputs.map(({ data }, i) => [`output ${i}`, data, received.outputs[i]!] as const),
    ...program.state.map(({ name }, i) => [name, expected.state[name]!, received.state[i]!] as const),
  ];
  for (const [name, wanted, given] of pairs) {
    const place = wanted.findIndex((element, i) => !Object.is(element, given[i]));
    if (place < 0) continue;
    const what = `${name}[${place}] is ${given[place]}, not ${wanted[place]}`;
    expect.fail(`${what}\n${print(program)}\n${disassemble(plan)}`);
  }
  return plan;
}
