import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Program } from '../program/program.ts';
import { verify } from '../program/verify.ts';
import { pipeline } from './pipeline.ts';
import { expectMeaning, meaningOf } from './testing/expect-same-meaning.ts';
import { randomProgram } from './testing/random-program.ts';

/** `CAPAS_RANDOM_PROGRAMS=100000` for a night; `CAPAS_SEED` repeats a run: `pnpm fuzz`. */
const numRuns = Number(process.env.CAPAS_RANDOM_PROGRAMS ?? 250);
const seed = Number(process.env.CAPAS_SEED ?? 20261125);

/** Any program, as the choices that make it, and a seed for its inputs. */
const anyProgram = fc.array(fc.nat(), { minLength: 1, maxLength: 300, size: 'max' });

test(
  `every pass, alone and in its place, keeps the meaning of random programs and is done after one run (seed ${seed})`,
  () => {
    const fired = new Set<string>();
    const property = fc.property(anyProgram, fc.nat(), (choices, values) => {
      const written = randomProgram(choices);
      const meaning = meaningOf(written, values);
      const checked = new Set([written]);
      /** What a pass makes of a program that means the same as the one that was written. */
      const check = (pass: (typeof pipeline)[number], before: Program): Program => {
        const after = pass.run(before);
        if (after === before) return after;
        fired.add(pass.name);
        if (checked.has(after)) return after;
        checked.add(after);
        verify(after);
        expectMeaning(after, meaning, { before, values, what: pass.name });
        expect(pass.run(after), `a second run of ${pass.name}`).toBe(after);
        return after;
      };
      for (const pass of new Set(pipeline)) check(pass, written);
      pipeline.reduce((before, pass) => check(pass, before), written);
    });
    // However long the search for the least program that fails would be.
    fc.assert(property, {
      numRuns,
      seed,
      interruptAfterTimeLimit: 60_000 + 500 * numRuns,
      markInterruptAsFailure: true,
    });
    // Volumes stay out of random programs: their sums come in another order, so that the last bits differ.
    const silent = pipeline.filter(({ name, reorders }) => !reorders && !fired.has(name));
    expect(silent.map(({ name }) => name)).toEqual([]);
  },
  600_000 + 600 * numRuns,
);
