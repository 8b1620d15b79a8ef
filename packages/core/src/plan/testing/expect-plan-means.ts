import { expect } from 'vitest';
import { randomValues } from '../../passes/testing/random-values.ts';
import { interpret } from '../../program/interpret.ts';
import { print } from '../../program/print.ts';
import type { Program } from '../../program/program.ts';
import { disassemble } from '../disassemble.ts';
import type { Plan } from '../plan.ts';
import { runPlan } from './run-plan.ts';

/** Runs a plan, and its program, on the same random values: outputs and states are the same, bit for bit. */
export function expectPlanMeans(program: Program, plan: Plan, seed = 1): void {
  const valuesOf = (items: readonly { readonly id: number; readonly name: string }[], from: number) => {
    const values = randomValues(
      items.map(({ id }) => program.types.get(id)!),
      from,
    );
    return Object.fromEntries(items.map(({ name }, i) => [name, values[i]!]));
  };
  const inputs = valuesOf(program.inputs, seed);
  const state = valuesOf(
    program.state.map(({ input, name }) => ({ id: input, name })),
    seed + 1,
  );
  const expected = interpret(program, { inputs, state });
  const received = runPlan(plan, { inputs, state });
  const pairs = [
    ...expected.outputs.map(({ data }, i) => [`output ${i}`, data, received.outputs[i]!] as const),
    ...program.state.map(({ name }) => [name, expected.state[name]!, received.state[name]!] as const),
  ];
  for (const [name, wanted, given] of pairs) {
    expect(given).toHaveLength(wanted.length);
    const place = wanted.findIndex((element, i) => !Object.is(element, given[i]));
    if (place < 0) continue;
    const what = `${name}[${place}] is ${given[place]}, not ${wanted[place]}`;
    expect.fail(`${what}\n${print(program)}\n${disassemble(plan)}`);
  }
}
