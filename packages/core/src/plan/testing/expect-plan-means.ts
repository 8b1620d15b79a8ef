import { expect } from 'vitest';
import { randomValues } from '../../passes/testing/random-program.ts';
import { interpret } from '../../program/interpret.ts';
import type { Elements } from '../../program/primitive.ts';
import { print } from '../../program/print.ts';
import type { Program } from '../../program/program.ts';
import { disassemble } from '../disassemble.ts';
import type { Plan } from '../plan.ts';
import { runPlan } from './run-plan.ts';

/** Runs a plan, and its program, on the same random values: outputs and states are the same, bit for bit. */
export function expectPlanMeans(program: Program, plan: Plan, seed = 1): void {
  const typesOf = (ids: readonly number[]) => ids.map((id) => program.types.get(id)!);
  const inputs = randomValues(typesOf(program.inputs.map(({ id }) => id)), seed);
  const state = randomValues(typesOf(program.state.map(({ input }) => input)), seed + 1);
  const named = (items: readonly { readonly name: string }[], values: readonly Elements[]) =>
    Object.fromEntries(items.map(({ name }, i) => [name, values[i]!]));
  const expected = interpret(program, { inputs: named(program.inputs, inputs), state: named(program.state, state) });
  const received = runPlan(plan, inputs, state);
  const pairs = [
    ...expected.outputs.map(({ data }, i) => [`output ${i}`, data, received.outputs[i]!] as const),
    ...program.state.map(({ name }, i) => [name, expected.state[name]!, received.state[i]!] as const),
  ];
  for (const [name, wanted, given] of pairs) {
    expect(given).toHaveLength(wanted.length);
    const place = wanted.findIndex((element, i) => !Object.is(element, given[i]));
    if (place < 0) continue;
    const what = `${name}[${place}] is ${given[place]}, not ${wanted[place]}`;
    expect.fail(`${what}\n${print(program)}\n${disassemble(plan)}`);
  }
}
