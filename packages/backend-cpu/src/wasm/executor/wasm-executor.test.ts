import { BackendError, type Elements, type Executor, type Plan, planProgram, StateError } from '@capas/core';
import { instructionCases, ProgramBuilder, programOfCase, randomValues } from '@capas/core/testing';
import { describe, expect, test } from 'vitest';
import { checkProgram, numbers } from './testing/check-program.ts';
import { startWasmExecutor } from './wasm-executor.ts';

const executor = (await startWasmExecutor())!;

describe('means what the interpreter means', () => {
  const known = ({ stream }: { stream: string }) => stream !== 'host' && !executor.lacks?.includes(stream);
  test.each(Object.entries(instructionCases).filter(([, each]) => known(each)))('%s', (_, instruction) => {
    for (const seed of [1, 2, 3]) checkOnValues(programOfCase(instruction), seed);
  });
});

function checkOnValues(program: Plan['program'], seed: number): void {
  const valuesOf = (ids: readonly number[], seed: number) =>
    randomValues(
      ids.map((id) => program.types.get(id)!),
      seed,
    ).map(tame);
  const inputs = valuesOf(
    program.inputs.map(({ id }) => id),
    seed,
  );
  const state = valuesOf(
    program.state.map(({ input }) => input),
    seed + 1,
  );
  checkProgram(executor, program, inputs, { tolerance: 2e-6, state });
}

/** Products of what is not finite, or overflows, depend on the order. */
const tame = (values: Elements): Elements =>
  values instanceof Float32Array ? values.map((x) => (Math.abs(x) < 1e3 && Math.abs(x) > 1e-30 ? x : 0)) : values;

/** A program that counts its runs, and adds up an input. */
function counter(backend: Executor) {
  const builder = new ProgramBuilder();
  const x = builder.input('x', { shape: [100], dtype: 'float32' });
  const total = builder.state('total', 'metric', { shape: [], dtype: 'float32' });
  builder.update(total, builder.map('add', total, builder.reduce('mean', x, [0])));
  const executable = backend.compile(planProgram(builder.build([])));
  const input = backend.allocate(400);
  const state = backend.allocate(4);
  input.write(new Float32Array(100).fill(1));
  const slotOf = (kind: string) => executable.plan.slots.findIndex(({ place }) => place.kind === kind);
  const value = () => {
    const into = new Float32Array(1);
    state.read(into);
    return into[0];
  };
  return { executable, input, state, slotOf, value };
}

test('many steps, and others have their turn meanwhile', async () => {
  const { executable, input, state, slotOf, value } = counter(executor);
  expect(() => executable.run(0)).toThrow(StateError);
  executable.bind(slotOf('input'), input);
  executable.bind(slotOf('state'), state);
  expect(await executable.runMany(1000)).toBe(1000);
  expect(value()).toBe(1000);
  const running = executable.runMany(1e9);
  setTimeout(() => executable.stop(), 40);
  const done = await running;
  expect(done).toBeLessThan(1e9);
  expect(value()).toBe(Math.fround(1000 + done));

  const halted = executable.runMany(1e9);
  executable.halt!();
  const before = value()!;
  expect(await executable.runMany(3)).toBe(3);
  expect(value()).toBe(before + 3);
  expect(await halted).toBeLessThan(1e9);
  executable.dispose();
});

test('slots are read and written, and instructions measured', () => {
  const { executable, input, state, slotOf, value } = counter(executor);
  executable.bind(slotOf('input'), input);
  executable.bind(slotOf('state'), state);
  executable.writeSlot(slotOf('state'), Float32Array.of(41));
  executable.profile(true);
  executable.run(0);
  const nanoseconds = executable.profile(false);
  expect(value()).toBe(42);
  expect(nanoseconds).toHaveLength(executable.plan.instructions.length);
  expect(Math.min(...nanoseconds)).toBeGreaterThan(0);
  const into = new Float32Array(1);
  executable.readSlot(slotOf('state'), into);
  expect(into[0]).toBe(42);
  expect(() => executable.readSlot(slotOf('state'), new Float32Array(2))).toThrow(BackendError);
  executable.dispose();
});

test('buffers keep to their bounds, and to their executor', async () => {
  const buffer = executor.allocate(8);
  expect(() => buffer.write(new Float32Array(2), 4)).toThrow('8 bytes from byte 4 on do not lie in a buffer of 8');
  const { executable, slotOf } = counter(executor);
  expect(() => executable.bind(slotOf('input'), buffer)).toThrow(BackendError);
  const other = (await startWasmExecutor())!;
  expect(() => executable.bind(slotOf('state'), other.allocate(4))).toThrow('only its own buffers');
  buffer.dispose();
  expect(() => buffer.read(new Float32Array(1))).toThrow(StateError);
  executable.dispose();
});

test('memory is given back, begins with 0, and ends', async () => {
  const fresh = (await startWasmExecutor())!;
  const first = fresh.allocate(1000);
  first.write(numbers(250));
  first.dispose();
  const zeros = new Float32Array(250);
  fresh.allocate(1000).read(zeros);
  expect(zeros).toEqual(new Float32Array(250));
  for (let i = 0; i < 80; i++) fresh.allocate(64 * 2 ** 20).dispose();
  expect(() => fresh.allocate(5 * 2 ** 30)).toThrow('there is no memory for another 5120.0 MB');
});
