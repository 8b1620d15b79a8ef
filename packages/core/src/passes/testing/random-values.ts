import { allocate, type Elements } from '../../program/primitive.ts';
import type { ValueType } from '../../program/program.ts';

/** Values for everything that a program reads from outside: small numbers, and those that break careless rewrites. */
export function randomValues(types: readonly ValueType[], seed: number): Elements[] {
  let state = seed >>> 0;
  const next = (below: number): number => {
    // A linear congruence (Numerical Recipes): good enough to mix test values.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  return types.map((type) => {
    const data = allocate(type);
    return data.map(() => {
      if (type.dtype === 'bool') return next(2);
      if (type.dtype === 'uint8') return next(256);
      if (type.dtype === 'int32') return next(9) - 4;
      return next(4) === 0 ? SPECIAL[next(SPECIAL.length)]! : (next(4001) - 2000) / 500;
    }) as typeof data;
  });
}

const SPECIAL = [0, -0, 1, -1, 2, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e-40, 3e38];
