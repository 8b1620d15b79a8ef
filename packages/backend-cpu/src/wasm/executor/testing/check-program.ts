import { type Elements, type Executor, type Plan, planProgram } from '@capas/core';
import { interpret, ProgramBuilder } from '@capas/core/testing';
import { expect } from 'vitest';

interface CheckOptions {
  /** How far a float may be off: this share of its size, … @defaultValue 0 */
  readonly tolerance?: number;
  /** … or of this, if its size is smaller. @defaultValue 1 */
  readonly scale?: number;
}

type Program = Plan['program'];

/** Runs a program on an executor and by its meaning, on the same values; both give the same. */
export function checkProgram(
  executor: Executor,
  program: Program,
  inputs: readonly Elements[],
  { tolerance = 0, scale = 1, state = [] }: CheckOptions & { readonly state?: readonly Elements[] } = {},
): void {
  const named = (items: readonly { readonly name: string }[], values: readonly Elements[]) =>
    Object.fromEntries(items.map(({ name }, i) => [name, values[i]!]));
  const expected = interpret(program, { inputs: named(program.inputs, inputs), state: named(program.state, state) });
  const received = runProgram(executor, program, inputs, state);
  expected.outputs.forEach(({ data }, i) => {
    expectSame(`output ${i}`, received.outputs[i]!, data, tolerance, scale);
  });
  program.state.forEach(({ name }, i) => {
    expectSame(`state ${name}`, received.state[i]!, expected.state[name]!, tolerance, scale);
  });
}

/** The same for a program that is written here: `write` gets a builder and gives the outputs. */
export function check(
  executor: Executor,
  inputs: Readonly<Record<string, { readonly shape: readonly number[]; readonly data: Elements }>>,
  write: (builder: ProgramBuilder, ids: readonly number[]) => readonly number[],
  options: CheckOptions = {},
): void {
  const builder = new ProgramBuilder();
  const given = Object.entries(inputs);
  const ids = given.map(([name, { shape, data }]) => builder.input(name, { shape, dtype: dtypeOf(name, data) }));
  checkProgram(
    executor,
    builder.build(write(builder, ids)),
    given.map(([, { data }]) => data),
    options,
  );
}

/** Bytes are bool, but for inputs whose name begins with `bytes`. */
const dtypeOf = (name: string, data: Elements) =>
  data instanceof Float32Array
    ? 'float32'
    : data instanceof Int32Array
      ? 'int32'
      : name.startsWith('bytes')
        ? 'uint8'
        : 'bool';

/** Runs a program once; none of its instructions is left to the host. */
export function runProgram(
  executor: Executor,
  program: Program,
  inputs: readonly Elements[],
  state: readonly Elements[],
): { readonly outputs: readonly Elements[]; readonly state: readonly Elements[] } {
  const plan = planProgram(program);
  expect(plan.segments.filter(({ kind }) => kind === 'host')).toEqual([]);
  const executable = executor.compile(plan);
  const bufferOf = (data: Elements) => {
    const buffer = executor.allocate(data.byteLength);
    buffer.write(data);
    return buffer;
  };
  const emptyOf = (id: number): Elements => {
    const { shape, dtype } = program.types.get(id)!;
    const size = shape.reduce((product, dim) => product * dim, 1);
    // what is not written shows
    if (dtype === 'float32') return new Float32Array(size).fill(Number.NaN);
    return dtype === 'int32' ? new Int32Array(size).fill(-77) : new Uint8Array(size).fill(77);
  };
  const outputs = program.outputs.map(emptyOf);
  const states = state.map((data) => data.slice() as Elements);
  const buffers = {
    input: inputs.map(bufferOf),
    state: states.map(bufferOf),
    output: outputs.map(bufferOf),
  };
  plan.slots.forEach(({ place }, slot) => {
    if (place.kind === 'input' || place.kind === 'state' || place.kind === 'output')
      executable.bind(slot, buffers[place.kind][place.index]!);
  });
  plan.segments.forEach((_, segment) => {
    executable.run(segment);
  });
  for (const [i, data] of outputs.entries()) buffers.output[i]!.read(data);
  for (const [i, data] of states.entries()) buffers.state[i]!.read(data);
  executable.dispose();
  for (const buffer of Object.values(buffers).flat()) buffer.dispose();
  return { outputs, state: states };
}

function expectSame(what: string, received: Elements, expected: Elements, tolerance: number, scale: number): void {
  const place = expected.findIndex((wanted, i) => !isClose(received[i]!, wanted, tolerance, scale));
  if (place < 0) return;
  const around = (data: Elements) => [...data.slice(Math.max(0, place - 2), place + 3)];
  expect(around(received), `${what} around ${place} of ${expected.length}`).toEqual(around(expected));
  expect.fail(`${what} at ${place}: ${received[place]} for ${expected[place]}`);
}

const isClose = (a: number, b: number, tolerance: number, scale: number): boolean =>
  a === b || (Number.isNaN(a) && Number.isNaN(b)) || Math.abs(a - b) <= tolerance * Math.max(scale, Math.abs(b));

/** Numbers between -2 and 2 that look random, the same each time. */
export function numbers(size: number, seed = 1): Float32Array {
  let state = seed >>> 0;
  return Float32Array.from({ length: size }, () => {
    // a linear congruence (Numerical Recipes)
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 30 - 2;
  });
}
