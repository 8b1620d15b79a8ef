import { type Elements, type Executor, type Plan, planProgram } from '@capas/core';
import {
  type BoundedValue,
  interpretWithBounds,
  isWithin,
  parse,
  pipeline,
  print,
  randomProgram,
  randomValues,
  runPasses,
  tilesOf,
} from '@capas/core/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findLibrary } from '../src/native/find-library.ts';
import { nativeExecutor } from '../src/native/native-executor.ts';
import { loadLibrary } from '../src/native/native-provider.ts';
import { runProgram } from '../src/wasm/executor/testing/check-program.ts';
import { startWasmExecutor } from '../src/wasm/executor/wasm-executor.ts';

type Program = Plan['program'];

/** `CAPAS_RANDOM_PROGRAMS=100000` for a night; `CAPAS_SEED` repeats a run: `pnpm fuzz`. */
const numRuns = Number(process.env['CAPAS_RANDOM_PROGRAMS'] ?? 120);
const seed = Number(process.env['CAPAS_SEED'] ?? 20261125);

/** Plans leave what is small to one thread; here nothing is. */
const onAllThreads = (executor: Executor): Executor => ({
  ...executor,
  name: `${executor.name}, all threads`,
  compile: ({ program }) => executor.compile(planProgram(program, { serialBelow: 0 })),
});

const wasm = (await startWasmExecutor())!;
const native = 'path' in findLibrary() ? nativeExecutor(loadLibrary()) : undefined;
const executors = [wasm, ...(native ? [native, onAllThreads(native)] : [])];

/** The pipeline does in blocks what is large. */
const inSmallBlocks = pipeline.map((pass) => (pass.name === 'tile-rows' ? tilesOf(4, 2) : pass));

/** With how many runs bounds are looked for, until they are wide enough. */
const EFFORTS = [0, 6, 60];

/** What executors get to run: the program as it was written, after all passes, after one, and after all but one. */
function variantsOf(program: Program, choice: number): Readonly<Record<string, Program>> {
  const one = choice % pipeline.length;
  const { name } = pipeline[one]!;
  const others = pipeline.filter((_, i) => i !== one);
  return {
    'as it was written': program,
    'after all passes': runPasses(program, { verify: false }),
    [`after ${name}`]: runPasses(program, { passes: [pipeline[one]!], verify: false }),
    [`after all passes but ${name} (${one})`]: runPasses(program, { passes: others, verify: false }),
    'in blocks of rows': runPasses(program, { passes: inSmallBlocks, verify: false }),
  };
}

test(
  `${executors.map(({ name }) => name).join('; ')}: random programs, with and without passes (seed ${seed})`,
  () => {
    const anyProgram = fc.array(fc.nat(), { minLength: 1, maxLength: 200, size: 'max' });
    const property = fc.property(anyProgram, fc.noShrink(fc.nat()), (choices, values) => {
      // vectors and blocks of them begin and end elsewhere in long axes
      const program = randomProgram(choices, values % 8 === 0 ? [3, 37] : [2, 3]);
      const given = valuesOf(program, values);
      const known = new Map<number, readonly BoundedValue[]>();
      const expected = (runs: number): readonly BoundedValue[] => {
        if (!known.has(runs)) known.set(runs, interpretWithBounds(program, given, runs));
        return known.get(runs)!;
      };
      for (const [which, variant] of Object.entries(variantsOf(program, values))) {
        // what executors leave to the host has no bits of theirs
        if (planProgram(variant).segments.some(({ kind }) => kind === 'host')) continue;
        for (const executor of executors) {
          if (variant.instructions.some(({ primitive }) => executor.lacks?.includes(primitive))) continue;
          const received = run(executor, variant, given);
          // rare roundings need many tries to be found
          if (EFFORTS.some((runs) => !firstWrong(received, expected(runs)))) continue;
          const wrong = firstWrong(received, expected(EFFORTS.at(-1)!));
          expect.fail(`${executor.name}, ${which}, ${wrong}\n${show(program, given, variant)}`);
        }
      }
    });
    fc.assert(property, { numRuns, seed, interruptAfterTimeLimit: 60_000 + 100 * numRuns });
  },
  120_000 + 100 * numRuns,
);

describe('what they found stays right', () => {
  test.each(
    Object.entries({
      'a sum that is read twice': `
        program(%0 "x": float32[20], %1 "y": float32[]) {
          %2: float32[20] = map(%0, %1) { add(mul(a, b), mul(a, b)) }
          return %2
        }`,
      'a state that is an output as it was, and is written in place': `
        program() state(%0 "weight": weight float32[20] -> %1) {
          %1: float32[20], %2: float32[20], %3: bool[20] = mapMany(%0) { mul(a, 2), a, gt(a, 0) }
          return %2, %3
        }`,
    }),
  )('%s', (_, text) => {
    const program = parse(text);
    const given = valuesOf(program, 1);
    for (const executor of executors) {
      const wrong = firstWrong(run(executor, program, given), interpretWithBounds(program, given, 6));
      expect(wrong, executor.name).toBeUndefined();
    }
  });
});

type Named = Readonly<Record<string, Elements>>;

interface Given {
  readonly inputs: Named;
  readonly state: Named;
}

function valuesOf({ inputs, state, types }: Program, seed: number): Given {
  const slots = [...inputs, ...state.map(({ input, name }) => ({ id: input, name }))];
  const values = randomValues(
    slots.map(({ id }) => types.get(id)!),
    seed,
  );
  const named = slots.map(({ name }, i) => [name, values[i]!] as const);
  return {
    inputs: Object.fromEntries(named.slice(0, inputs.length)),
    state: Object.fromEntries(named.slice(inputs.length)),
  };
}

function run(executor: Executor, program: Program, given: Given): readonly Elements[] {
  const results = runProgram(
    executor,
    program,
    program.inputs.map(({ name }) => given.inputs[name]!),
    program.state.map(({ name }) => given.state[name]!),
  );
  return [...results.outputs, ...results.state];
}

function firstWrong(received: readonly Elements[], expected: readonly BoundedValue[]): string | undefined {
  for (const [i, { name, data, bounds }] of expected.entries()) {
    const place = data.findIndex((wanted, j) => !isWithin(received[i]![j]!, wanted, bounds[j]!));
    if (place >= 0) return `${name} at ${place}: ${received[i]![place]} for ${data[place]} ± ${bounds[place]}`;
  }
  return undefined;
}

function show(program: Program, { inputs, state }: Given, variant: Program): string {
  const values = Object.entries({ ...inputs, ...state }).map(([name, data]) => `${name}: ${[...data].join(' ')}`);
  return [...values, print(program), 'ran as', print(variant)].join('\n');
}
