import * as tf from '@tensorflow/tfjs-core';
import { apartFromTape, writeOnTape } from '../backend/tfjs-bridge.ts';
import { collectSlices } from '../gradient-slices.ts';
import type { TensorSpec } from '../kernels/spec.ts';
import { scope } from '../tensor/scope.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Recorder } from './recorder.ts';
import type { KernelCall, TraceConstant, TracedBody, TraceId } from './trace-types.ts';

/** One step of a loop: the next carry and the outputs, from the carry and an item of each sequence. */
export type StepFunction = (
  carry: readonly Tensor[],
  items: readonly Tensor[],
) => { readonly carry: readonly Tensor[]; readonly outputs: readonly Tensor[] };

/** A body in the numbers of the trace that it was recorded in. */
export interface StepPart {
  /** Carries, items, and then what it takes from around it. */
  readonly inputs: readonly TraceId[];
  readonly constants: readonly TraceConstant[];
  readonly calls: readonly KernelCall[];
  readonly outputs: readonly TraceId[];
}

/** A step, recorded once. */
export interface RecordedStep {
  readonly carries: readonly TraceId[];
  readonly items: readonly TraceId[];
  /** What the step takes from around it: weights, masks, anything that the function closes over. */
  readonly invariants: readonly TraceId[];
  readonly forward: StepPart;
  readonly backward: StepGradient | undefined;
  /** The tensors of the invariants. */
  readonly tensors: ReadonlyMap<TraceId, Tensor>;
}

/** The gradient of a step: what it is made from, besides values of the step, and what it gives. */
export interface StepGradient {
  readonly constants: readonly TraceConstant[];
  readonly calls: readonly KernelCall[];
  /** The gradients of the float32 outputs of the step, by their place among all outputs. */
  readonly cotangents: ReadonlyMap<number, TraceId>;
  /** The gradients of the float32 inputs, by the input; absent for items and invariants that nothing depends on. */
  readonly gradients: ReadonlyMap<TraceId, TraceId>;
  /** For each invariant with a gradient: the sum of those of the steps before, and with this one. */
  readonly sums: ReadonlyMap<TraceId, { readonly before: TraceId; readonly after: TraceId }>;
}

/** Runs a step once on tensors without values, apart from the trace, and with it its gradient, if that is asked for. */
export function recordStep(
  recorder: Recorder,
  step: StepFunction,
  init: readonly Tensor[],
  sequences: readonly Tensor[],
  withGradient: boolean,
): RecordedStep {
  const { result, tensors } = recorder.apart(() =>
    apartFromTape(() =>
      scope(() => {
        const carries = init.map((first) => recorder.symbol(first));
        const items = sequences.map(({ shape, dtype }) => recorder.symbol({ shape: shape.slice(1), dtype }));
        return withGradient
          ? recordBothWays(recorder, step, carries, items)
          : { forward: recordForward(recorder, step, carries, items).part, backward: undefined };
      }),
    ),
  );
  const { forward } = result;
  const [carries, items] = [forward.inputs.slice(0, init.length), forward.inputs.slice(init.length)];
  return { carries, items, invariants: idsFromOutside(forward), ...result, tensors };
}

function recordForward(
  recorder: Recorder,
  step: StepFunction,
  carries: readonly Tensor[],
  items: readonly Tensor[],
): { part: StepPart; made: readonly Tensor[] } {
  const since = recorder.mark();
  const { carry, outputs } = step(carries, items);
  const made = [...carry, ...outputs];
  const idsOf = (tensors: readonly Tensor[]): TraceId[] => tensors.map((tensor) => recorder.idOf(tensor));
  return { part: { inputs: idsOf([...carries, ...items]), outputs: idsOf(made), ...since() }, made };
}

/** Lets tfjs differentiate the step with respect to everything that it depends on, weighted by symbols. */
function recordBothWays(
  recorder: Recorder,
  step: StepFunction,
  carries: readonly Tensor[],
  items: readonly Tensor[],
): { forward: StepPart; backward: StepGradient } {
  const scalar = (): Tensor => recorder.symbol({ shape: [], dtype: 'float32' });
  const isFloat = ({ dtype }: Tensor): boolean => dtype === 'float32';
  const cotangents = new Map<number, TraceId>();
  // what the step depends on is known when it ran; tfjs reads the list after that, and wants one item at least
  const xs: Tensor[] = [scalar()];
  let forward: StepPart | undefined;
  let since = recorder.mark();
  const run = (): Tensor => {
    const { part, made } = recordForward(recorder, step, carries, items);
    forward = part;
    since = recorder.mark();
    const around = idsFromOutside(part).map((id) => recorder.seen(id));
    xs.push(...[...carries, ...items, ...around].filter(isFloat));
    const places = [...made.keys()].filter((place) => isFloat(made[place]!));
    const weights = places.map((place) => recorder.symbol(made[place]!));
    places.forEach((place, i) => void cotangents.set(place, recorder.idOf(weights[i]!)));
    const y = scalar();
    const floats = places.map((place) => made[place]!);
    writeOnTape('Step', floats, [y], () => weights.map((weight) => () => weight));
    return y;
  };
  const { result } = collectSlices(() => tf.engine().gradients(run, xs, scalar(), true));
  const gradients = new Map<TraceId, TraceId>();
  const sums: Map<TraceId, { before: TraceId; after: TraceId }> = new Map();
  xs.slice(1).forEach((x, i) => {
    const id = recorder.idOf(x);
    const isCarry = carries.includes(x);
    const gradient = result.grads[1 + i] ?? (isCarry ? tf.fill(x.shape, 0) : undefined);
    if (!gradient) return;
    gradients.set(id, recorder.idOf(gradient));
    if (isCarry || items.includes(x)) return;
    const before = recorder.symbol(x);
    sums.set(id, { before: recorder.idOf(before), after: recorder.idOf(tf.add(before, gradient)) });
  });
  return { forward: forward!, backward: { ...since(), cotangents, gradients, sums } };
}

/** What a part uses and does not make, in order. */
export function idsFromOutside({ inputs, constants, calls, outputs }: StepPart): TraceId[] {
  const made = new Set([...inputs, ...constants.map(({ id }) => id), ...calls.flatMap((call) => call.outputs)]);
  const used = [...calls.flatMap((call) => inputIds(call)), ...outputs];
  return [...new Set(used)].filter((id) => !made.has(id));
}

/** The tensors that a call reads. */
export const inputIds = ({ inputs }: KernelCall): readonly TraceId[] => Object.values(inputs);

/** A part with numbers of its own: equal for equal parts. `inputs` are all that it takes. */
export function tracedBody(recorder: Recorder, part: StepPart): TracedBody {
  const numbers = new Map<TraceId, TraceId>();
  const types: TensorSpec[] = [];
  const add = (id: TraceId): TraceId => {
    const number = types.push(recorder.types[id]!) - 1;
    numbers.set(id, number);
    return number;
  };
  const numberOf = (id: TraceId): TraceId => numbers.get(id)!;
  return {
    inputs: part.inputs.map(add),
    constants: part.constants.map((constant) => ({ ...constant, id: add(constant.id) })),
    calls: part.calls.map((call) => ({
      ...call,
      inputs: Array.isArray(call.inputs)
        ? call.inputs.map(numberOf)
        : Object.fromEntries(
            Object.entries(call.inputs as Readonly<Record<string, TraceId>>).map(([name, id]) => [name, numberOf(id)]),
          ),
      outputs: call.outputs.map(add),
    })),
    outputs: part.outputs.map(numberOf),
    types,
  };
}
