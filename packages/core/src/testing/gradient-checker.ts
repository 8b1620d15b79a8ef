import { add, mul, scalar, sum, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { gradients } from '../autodiff.ts';
import { scope } from '../tensor/scope.ts';
import { type Shape, sizeOf } from '../tensor/shape.ts';

/** A function of tensors and the point at which its derivatives are checked. */
export interface Differentiable {
  run(...xs: Tensor[]): Tensor;
  readonly inputs: readonly { readonly shape: Shape; readonly values: Float32Array }[];
}

/** The derivatives of `Σ weights · run(xs)` with respect to one element. */
export interface GradientDifference {
  /** Which input, and which of its elements. */
  readonly input: number;
  readonly element: number;
  /** What the gradient rule says. */
  readonly rule: number;
  /** What differences of the function's values say. */
  readonly measured: number;
}

/** Step of the differences: a power of two, so that the steps themselves are exact. */
const STEP = 2 ** -5;

/**
 * Compares the gradient with differences of the function's values and returns the elements where they part by more than
 * `tolerance · max(1, |measured|)`.
 *
 * The differences have four points (error of order `step⁴`), and the results are weighted and summed on the host in
 * double precision, so that float32 costs little. A kink must be further than `2 / 32` from each value.
 */
export function gradientDifferences({ run, inputs }: Differentiable, tolerance = 1e-3): GradientDifference[] {
  const toTensors = (): Tensor[] => inputs.map(({ shape, values }) => tensor(values, [...shape]));
  const outShape = scope(() => run(...toTensors()).shape);
  const weights = testWeights(sizeOf(outShape));
  const rules = scope(() => {
    const xs = toTensors();
    return gradients(run, xs, tensor(weights, outShape)).map((gradient) => gradient?.dataSync());
  });
  const value = (): number =>
    scope(() => {
      const result = run(...toTensors()).dataSync<'float32'>();
      return result.reduce((total, y, i) => total + y * weights[i]!, 0);
    });
  return inputs.flatMap(({ values }, input) =>
    Array.from(values).flatMap((at, element): GradientDifference[] => {
      const shifted = (steps: number): number => {
        values[element] = at + steps * STEP;
        const result = value();
        values[element] = at;
        return result;
      };
      const measured = (8 * (shifted(1) - shifted(-1)) - (shifted(2) - shifted(-2))) / (12 * STEP);
      const rule = rules[input]?.[element] ?? 0;
      const isClose = Math.abs(rule - measured) <= tolerance * Math.max(1, Math.abs(measured));
      return isClose ? [] : [{ input, element, rule, measured }];
    }),
  );
}

/** The sum of the gradients of a function, each element with a weight of its own: its gradient is the second derivative. */
export function weightedGradient(run: (...xs: Tensor[]) => Tensor): (...xs: Tensor[]) => Tensor {
  return (...xs) => {
    const first = gradients((...inputs) => weightedSum(run(...inputs)), xs);
    return first.reduce<Tensor>((total, dx) => (dx ? add(total, weightedSum(dx)) : total), scalar(0));
  };
}

const weightedSum = (x: Tensor): Tensor => sum(mul(x, tensor(testWeights(x.size), x.shape)));

/** Numbers between -1 and 1 without a pattern that could cancel. */
function testWeights(size: number): Float32Array {
  return Float32Array.from({ length: size }, (_, i) => Math.sin(1.3 * i + 0.7));
}
