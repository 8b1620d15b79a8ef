import type { VectorKernel } from '../vector-kernel.ts';
import { adamUpdate } from './adam-update.ts';
import { binaryKernels } from './binary.ts';
import { castToFloat } from './cast.ts';
import { logicalKernels } from './logical.ts';
import { maxPoolGrad } from './max-pool-grad.ts';
import { narrow } from './narrow.ts';
import { random } from './random.ts';
import { reductionKernels } from './reductions.ts';
import { select } from './select.ts';
import { unaryKernels } from './unary.ts';

/** All kernels on the vector unit. */
export const vectorKernels: readonly VectorKernel[] = [
  ...unaryKernels,
  ...binaryKernels,
  ...logicalKernels,
  ...reductionKernels,
  adamUpdate,
  castToFloat,
  maxPoolGrad,
  narrow,
  random,
  select,
];
