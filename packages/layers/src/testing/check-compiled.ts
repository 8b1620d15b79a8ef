import {
  activeExecutor,
  CapasError,
  gradients,
  ops,
  scope,
  type Tensor,
  TraceError,
  traceStep,
  type Variable,
} from '@capas/core';
import { runAsProgram } from '@capas/core/testing';
import type { Layer } from '../layer.ts';
import type { CallOptions } from '../layer-config.ts';
import { isTensor } from '../layer-inputs.ts';
import { flatten, pack, type Structure } from '../structure.ts';

/**
 * Checks that a layer computes as a program what it computes op by op, for prediction and for training: its outputs, the
 * gradients of its weights and inputs, and the state that it changes. Bit for bit on an executor that is a reference where the
 * layer promises it, else to 1e-6 of the largest number of all results: where larger ones cancel out, no less is left. Where
 * the backend runs no programs, nothing is checked.
 *
 * @param options what else the layer is called with
 * @param promises whether the layer can become a program, and computes the same bits there
 * @throws CapasError that names the layer and what differs
 */
export function checkCompiled(
  layer: Layer,
  inputs: Structure<Tensor>,
  options: CallOptions,
  { isTraced = true, isExact = true }: { readonly isTraced?: boolean; readonly isExact?: boolean },
): void {
  const executor = activeExecutor();
  if (!executor) return;
  const tensors = flatten<Tensor>(inputs, isTensor);
  const tolerance = executor.isReference && isExact ? 0 : 1e-6;
  for (const training of [false, true]) {
    const step = (given: readonly Tensor[]): readonly Tensor[] =>
      forwardAndBack(layer, inputs, given, { ...options, training });
    scope(() => {
      const state = tracedState(layer, step, tensors, isTraced);
      if (!state) return;
      const before = state.map(({ value }) => value.clone());
      const wanted = [...step(tensors), ...state.map(({ value }) => value.clone())];
      state.forEach((variable, i) => {
        variable.assign(before[i]!);
      });
      const received = [...runAsProgram(step, tensors), ...state.map(({ value }) => value.clone())];
      state.forEach((variable, i) => {
        variable.assign(before[i]!);
      });
      if (received.length !== wanted.length) fail(layer, `gives ${received.length} results for ${wanted.length}`);
      const bound = tolerance * largestIn(wanted);
      wanted.forEach((tensor, i) => {
        expectClose(layer, `result ${i} of ${training ? 'training' : 'prediction'}`, received[i]!, tensor, bound);
      });
    });
  }
}

/** The outputs, and the gradients of `Σ y² (1 + y)` by weights and inputs, where there are any. */
function forwardAndBack(
  layer: Layer,
  structure: Structure<Tensor>,
  given: readonly Tensor[],
  options: CallOptions,
): readonly Tensor[] {
  return scope(() => {
    const inputs = pack(structure, given, isTensor);
    const run = (): readonly Tensor[] => flatten<Tensor>(layer.apply(inputs as Tensor, options), isTensor);
    const penalty = (output: Tensor): Tensor => {
      const y = ops.cast(output, 'float32');
      // of squares alone, normalized outputs have no gradient but rounding
      return ops.sum(ops.multiply(ops.square(y), ops.add(y, 1)));
    };
    const floats = given.filter(({ dtype }) => dtype === 'float32');
    const by = [...layer.trainableWeights.map(({ value }) => value), ...floats];
    if (by.length === 0) return run();
    const found = gradients(
      () =>
        run()
          .map(penalty)
          .reduce((a, b) => ops.add(a, b)),
      by,
    );
    return [...run(), ...found.flatMap((gradient) => gradient ?? [])];
  });
}

/** The variables of the step as a program; `undefined` where it cannot become one, and is not expected to. */
function tracedState(
  layer: Layer,
  step: (given: readonly Tensor[]) => readonly Tensor[],
  inputs: readonly Tensor[],
  isTraced: boolean,
): readonly Variable[] | undefined {
  try {
    const types = inputs.map(({ shape, dtype }, i) => ({ name: `${i}`, shape, dtype }));
    const { variables } = traceStep((...symbols) => step(symbols), types);
    if (!isTraced) fail(layer, 'can be traced, though its contract says that it cannot');
    return variables;
  } catch (error) {
    if (!(error instanceof TraceError)) throw error;
    if (isTraced) fail(layer, `cannot be traced: ${error.message}`);
    return undefined;
  }
}

function expectClose(layer: Layer, what: string, received: Tensor, wanted: Tensor, bound: number): void {
  const [shapes, data] = [[received, wanted].map(({ shape }) => String(shape)), wanted.dataSync()];
  if (shapes[0] !== shapes[1]) fail(layer, `gives for ${what} the shape [${shapes[0]}] instead of [${shapes[1]}]`);
  const values = received.dataSync();
  data.forEach((value, i) => {
    const isSame = Object.is(value, values[i]) || (bound > 0 && Math.abs(value - values[i]!) <= bound);
    if (!isSame) fail(layer, `gives for ${what} ${values[i]} at ${i} instead of ${value}`);
  });
}

/** The greatest absolute value of all. */
const largestIn = (tensors: readonly Tensor[]): number =>
  tensors.reduce((most, tensor) => Math.max(most, ...Array.from(tensor.dataSync(), Math.abs)), 0);

function fail(layer: Layer, problem: string): never {
  throw new CapasError(`Layer contract of '${layer.name}': as a program it ${problem}.`);
}
