import { type EitherCase, lookup, type Maker, type Serialized } from '../registry.ts';
import { constant } from './constant.ts';
import { glorotNormal } from './glorot-normal.ts';
import { glorotUniform } from './glorot-uniform.ts';
import { heNormal } from './he-normal.ts';
import { heUniform } from './he-uniform.ts';
import { identity } from './identity.ts';
import { Initializer } from './initializer.ts';
import { type InitializerFunction, LambdaInitializer } from './lambda-initializer.ts';
import { lecunNormal } from './lecun-normal.ts';
import { lecunUniform } from './lecun-uniform.ts';
import { ones } from './ones.ts';
import { orthogonal } from './orthogonal.ts';
import { randomNormal } from './random-normal.ts';
import { randomUniform } from './random-uniform.ts';
import { stft } from './stft.ts';
import { truncatedNormal } from './truncated-normal.ts';
import { varianceScaling } from './variance-scaling.ts';
import { zeros } from './zeros.ts';

type Name =
  | 'constant'
  | 'glorotNormal'
  | 'glorotUniform'
  | 'heNormal'
  | 'heUniform'
  | 'identity'
  | 'lecunNormal'
  | 'lecunUniform'
  | 'ones'
  | 'orthogonal'
  | 'randomNormal'
  | 'randomUniform'
  | 'stft'
  | 'truncatedNormal'
  | 'varianceScaling'
  | 'zeros';

type Alias =
  | 'identityInitializer'
  | 'normal'
  | 'one'
  | 'orthogonalInitializer'
  | 'stftInitializer'
  | 'uniform'
  | 'zero';

/** The names of initializers. */
export type InitializerName = EitherCase<Name> | Alias;

/** What stands for an initializer in options. */
export type InitializerIdentifier = InitializerName | Initializer | InitializerFunction | Serialized;

const table: Readonly<Record<Name | Alias, Maker<Initializer>>> = {
  constant,
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  identity,
  identityInitializer: identity,
  lecunNormal,
  lecunUniform,
  normal: randomNormal,
  one: ones,
  ones,
  orthogonal,
  orthogonalInitializer: orthogonal,
  randomNormal,
  randomUniform,
  stft,
  stftInitializer: stft,
  truncatedNormal,
  uniform: randomUniform,
  varianceScaling,
  zero: zeros,
  zeros,
};

/**
 * The initializer that a name, a function or a serialized object stands for.
 *
 * A name makes a new one each time, so two layers with `'glorotUniform'` start with different weights.
 */
export function getInitializer(identifier: InitializerIdentifier): Initializer {
  if (typeof identifier === 'function') return new LambdaInitializer(identifier);
  return lookup('initializer', identifier, table, (value) => value instanceof Initializer);
}
