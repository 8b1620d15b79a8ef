import { type Elements, type Executor, planProgram } from '@capas/core';
import { instructionCases, programOfCase, randomProgram, randomValues } from '@capas/core/testing';
import fc from 'fast-check';
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

  it('computes what random programs mean', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 200, size: 'max' }), fc.nat(), (choices, seed) => {
        const program = randomProgram(choices);
        if (planProgram(program).segments.every(({ kind }) => kind === 'words')) expectSameAsMeant(program, seed, 1e-4);
      }),
      // Roundings can tip a comparison, in a program in a million: always the same programs.
      { numRuns: 300, seed: 2, endOnFailure: true },
    );
  });
});

/** Runs a program on one thread and on all, and by its meaning. */
function expectSameAsMeant(program: Program, seed: number, tolerance = 2e-6): void {
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
  for (const each of [executor, onAllThreads(executor)]) checkProgram(each, program, inputs, { tolerance, state });
}

/** Plans leave what is small to one thread. */
const onAllThreads = (executor: Executor): Executor => ({
  ...executor,
  compile: ({ program }) => executor.compile(planProgram(program, { serialBelow: 0 })),
});

/** Products of what is not finite, or overflows, depend on the order. */
const tame = (values: Elements): Elements =>
  values instanceof Float32Array ? values.map((x) => (Math.abs(x) < 1e3 && Math.abs(x) > 1e-30 ? x : 0)) : values;
