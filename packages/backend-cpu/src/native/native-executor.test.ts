import { type Elements, type Executor, planProgram } from '@capas/core';
import { instructionCases, programOfCase, randomValues } from '@capas/core/testing';
import { describe, it } from 'vitest';
import { checkProgram } from '../wasm/executor/testing/check-program.ts';
import { findLibrary } from './find-library.ts';
import { nativeExecutor } from './native-executor.ts';
import { loadLibrary } from './native-provider.ts';

type Program = ReturnType<typeof programOfCase>;

describe.skipIf('reason' in findLibrary())('native code', () => {
  it.each(Object.entries(instructionCases).filter(([, { stream }]) => stream !== 'host'))('%s', (_, instruction) => {
    const program = programOfCase(instruction);
    for (const seed of [1, 2, 3]) expectSameAsMeant(program, seed);
  });
});

/** Runs a program on one thread and on all, and by its meaning. */
function expectSameAsMeant(program: Program, seed: number): void {
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
  const executor = nativeExecutor(loadLibrary());
  for (const each of [executor, onAllThreads(executor)])
    checkProgram(each, program, inputs, { tolerance: 2e-6, state });
}

/** Plans leave what is small to one thread. */
const onAllThreads = (executor: Executor): Executor => ({
  ...executor,
  compile: ({ program }) => executor.compile(planProgram(program, { serialBelow: 0 })),
});

/** Products of what is not finite, or overflows, depend on the order. */
const tame = (values: Elements): Elements =>
  values instanceof Float32Array ? values.map((x) => (Math.abs(x) < 1e3 && Math.abs(x) > 1e-30 ? x : 0)) : values;
