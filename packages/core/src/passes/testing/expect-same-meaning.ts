import { expect } from 'vitest';
import { interpret } from '../../program/interpret.ts';
import type { Elements } from '../../program/primitive.ts';
import { print } from '../../program/print.ts';
import type { Program } from '../../program/program.ts';
import { randomValues } from './random-values.ts';

/** All that a program gives, by name. */
export type Meaning = Readonly<Record<string, Elements>>;

/** Runs two programs of one signature on the same random values; their outputs and states are the same, bit for bit. */
export function expectSameMeaning(before: Program, after: Program, values = 1): void {
  expectMeaning(after, meaningOf(before, values), { before, values });
}

/**
 * Runs a program on random values; its outputs and states are as they are expected, bit for bit.
 *
 * @param origin from what the program was made and by `what`, for the message; and the seed of the `values`
 */
export function expectMeaning(
  program: Program,
  expected: Meaning,
  { before, values, what = '' }: { readonly before: Program; readonly values: number; readonly what?: string },
): void {
  const received = meaningOf(program, values);
  for (const [name, data] of Object.entries(expected)) {
    const place = data.findIndex((element, i) => !Object.is(element, received[name]![i]));
    const found = place < 0 ? '' : `${name}[${place}]: ${data[place]} became ${received[name]![place]}`;
    if (found) expect.fail(`${what} ${found}\nbefore ${print(before)}\nafter ${print(program)}`);
    expect(received[name]).toHaveLength(data.length);
  }
  expect(Object.keys(received)).toEqual(Object.keys(expected));
}

/** What a program makes of the random values of a seed. */
export function meaningOf(program: Program, seed: number): Meaning {
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
