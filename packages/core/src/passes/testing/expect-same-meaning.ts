import { expect } from 'vitest';
import { interpret } from '../../program/interpret.ts';
import type { Elements } from '../../program/primitive.ts';
import { print } from '../../program/print.ts';
import type { Program } from '../../program/program.ts';
import { randomValues } from './random-program.ts';

/** Runs two programs of one signature on the same random values; their outputs and states are the same, bit for bit. */
export function expectSameMeaning(before: Program, after: Program, seed = 1): void {
  const [expected, received] = [run(before, seed), run(after, seed)];
  for (const [name, data] of Object.entries(expected)) {
    const place = data.findIndex((element, i) => !Object.is(element, received[name]![i]));
    const what = place < 0 ? '' : `${name}[${place}]: ${data[place]} became ${received[name]![place]}`;
    if (what) expect.fail(`${what}\nbefore ${print(before)}\nafter ${print(after)}`);
    expect(received[name]).toHaveLength(data.length);
  }
  expect(Object.keys(received)).toEqual(Object.keys(expected));
}

/** All that a program gives, by name. */
function run(program: Program, seed: number): Record<string, Elements> {
  const slots = [...program.inputs, ...program.state.map(({ input, name }) => ({ id: input, name }))];
  const values = randomValues(
    slots.map(({ id }) => program.types.get(id)!),
    seed,
  );
  const given = slots.map(({ name }, i) => [name, values[i]!] as const);
  const { outputs, state } = interpret(program, {
    inputs: Object.fromEntries(given.slice(0, program.inputs.length)),
    state: Object.fromEntries(given.slice(program.inputs.length)),
  });
  return {
    ...Object.fromEntries(outputs.map(({ data }, i) => [`output ${i}`, data])),
    ...Object.fromEntries(Object.entries(state).map(([name, data]) => [`state ${name}`, data])),
  };
}
