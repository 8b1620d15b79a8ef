import { type EitherCase, lookup, type Maker, type Serialized } from '../registry.ts';
import { l1 } from './l1.ts';
import { l1L2 } from './l1-l2.ts';
import { l2 } from './l2.ts';
import { LambdaRegularizer, type RegularizerFunction } from './lambda-regularizer.ts';
import { orthogonalRegularizer } from './orthogonal-regularizer.ts';
import { Regularizer } from './regularizer.ts';

type Name = 'l1' | 'l1L2' | 'l2' | 'orthogonalRegularizer';

/** The names of regularizers. */
export type RegularizerName = EitherCase<Name>;

/** What stands for a regularizer in options. */
export type RegularizerIdentifier = RegularizerName | Regularizer | RegularizerFunction | Serialized;

const table: Readonly<Record<Name, Maker<Regularizer>>> = { l1, l1L2, l2, orthogonalRegularizer };

/** The regularizer that a name, a function or a serialized object stands for; `null` and `undefined`: none. */
export function getRegularizer(identifier: RegularizerIdentifier | null | undefined): Regularizer | undefined {
  if (identifier === null || identifier === undefined) return undefined;
  if (typeof identifier === 'function') return new LambdaRegularizer(identifier);
  return lookup('regularizer', identifier, table, (value) => value instanceof Regularizer);
}
