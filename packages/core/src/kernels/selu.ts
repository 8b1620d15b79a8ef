import { add, backend_util, minimum, mul, step } from '@tensorflow/tfjs-core';
import { fromOutput, unary } from './families.ts';
import type { KernelSpec } from './spec.ts';

const SCALE = backend_util.SELU_SCALE;
// tfjs's name is right: it is the product already
const LIMIT = backend_util.SELU_SCALEALPHA;

/** `y = λ x` above 0, `λα (eˣ - 1)` elsewhere; the derivative is `λ` and `y + λα`. */
export const selu: KernelSpec<'x'> = unary(
  'Selu',
  'selu',
  fromOutput((dy, y) => mul(dy, add(mul(step(y), SCALE - LIMIT), add(minimum(y, 0), LIMIT)))),
);
