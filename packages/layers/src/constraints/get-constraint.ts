import { type EitherCase, lookup, type Maker, type Serialized } from '../registry.ts';
import { Constraint } from './constraint.ts';
import { type ConstraintFunction, LambdaConstraint } from './lambda-constraint.ts';
import { maxNorm } from './max-norm.ts';
import { minMaxNorm } from './min-max-norm.ts';
import { nonNeg } from './non-neg.ts';
import { unitNorm } from './unit-norm.ts';

type Name = 'maxNorm' | 'minMaxNorm' | 'nonNeg' | 'unitNorm';

/** The names of constraints. */
export type ConstraintName = EitherCase<Name>;

/** What stands for a constraint in options. */
export type ConstraintIdentifier = ConstraintName | Constraint | ConstraintFunction | Serialized;

const table: Readonly<Record<Name, Maker<Constraint>>> = { maxNorm, minMaxNorm, nonNeg, unitNorm };

/** The constraint that a name, a function or a serialized object stands for; `null` and `undefined`: none. */
export function getConstraint(identifier: ConstraintIdentifier | null | undefined): Constraint | undefined {
  if (identifier === null || identifier === undefined) return undefined;
  if (typeof identifier === 'function') return new LambdaConstraint(identifier);
  return lookup('constraint', identifier, table, (value) => value instanceof Constraint);
}
