import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verify } from '../program/verify.ts';
import type { Pass } from './pass.ts';
import { pipeline } from './pipeline.ts';
import { runPasses } from './run-passes.ts';
import { expectSameMeaning } from './testing/expect-same-meaning.ts';
import { randomProgram } from './testing/random-program.ts';

/** `CAPAS_RANDOM_PROGRAMS=100000` for a night; `CAPAS_SEED` repeats a run: `pnpm fuzz`. */
const numRuns = Number(process.env.CAPAS_RANDOM_PROGRAMS ?? 250);
const seed = Number(process.env.CAPAS_SEED ?? 20261125);

/** Any program, as the choices that make it, and a seed for its inputs. */
const anyProgram = fc.array(fc.nat(), { minLength: 1, maxLength: 300, size: 'max' });

const all: Pass = { name: 'the whole pipeline', run: (program) => runPasses(program) };

describe.each([...new Set(pipeline), all])('$name', (pass) => {
  test(
    `random programs mean the same (seed ${seed})`,
    () => {
      const property = fc.property(anyProgram, fc.nat(), (choices, values) => {
        const before = randomProgram(choices);
        const after = pass.run(before);
        verify(after);
        expectSameMeaning(before, after, values);
      });
      fc.assert(property, { numRuns, seed });
    },
    600_000 + 20 * numRuns,
  );
});

test.each([...new Set(pipeline)])(
  `a second run of $name finds nothing to do (seed ${seed})`,
  (pass) => {
    const property = fc.property(anyProgram, (choices) => {
      const once = pass.run(randomProgram(choices));
      expect(pass.run(once)).toBe(once);
    });
    fc.assert(property, { numRuns, seed });
  },
  600_000 + 20 * numRuns,
);
