import * as tf from '@tensorflow/tfjs-core';
import { apartFromTape, tapeDepth, writeOnTape } from '../backend/tfjs-bridge.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { type ComparedStep, requireSameStep } from './compare-traces.ts';
import { type BothBodies, bothBodies } from './loop-gradient.ts';
import { type LoopCall, loopKernel } from './loop-kernel.ts';
import {
  type RecordedStep,
  recordStep,
  type StepFunction,
  type StepGradient,
  type StepPart,
  tracedBody,
} from './record-step.ts';
import { NoSingleStep, type Recorder } from './recorder.ts';
import type { TraceId } from './trace-types.ts';

/** What a loop works on. */
export interface LoopInputs {
  /** The first values of what is carried from step to step. */
  readonly init: readonly Tensor[];
  /** `[length, ...]` each. */
  readonly sequences: readonly Tensor[];
  readonly length: number;
  /** From the last step to the first. */
  readonly reverse: boolean;
}

/** What a loop gives. */
export interface LoopResult {
  /** The last carries. */
  readonly carry: Tensor[];
  /** The outputs of the steps, `[length, ...]` each. */
  readonly stacks: Tensor[];
}

/**
 * Records a loop as one call, whatever its length: `step` runs once, and once more where traces are checked, to see that it does not
 * change. Where a gradient is asked for, that of the step is recorded with it; the gradient of the loop is then a loop in the other
 * direction, which carries the gradients of the carry and the sums of those of weights.
 *
 * @throws NoSingleStep if the steps cannot be one body: says why
 */
export function recordLoop(recorder: Recorder, step: StepFunction, inputs: LoopInputs): LoopResult {
  const { init, sequences } = inputs;
  const depth = tapeDepth();
  if (depth > 1) throw new NoSingleStep('the gradient of its gradient is asked for');
  const record = (): RecordedStep => recordStep(recorder, step, init, sequences, depth > 0);
  const recorded = record();
  if (recorder.checksSteps) {
    const comparable = ({ forward, invariants }: RecordedStep): ComparedStep => ({
      body: tracedBody(recorder, { ...forward, inputs: [...forward.inputs, ...invariants] }),
      invariants,
    });
    requireSameStep(
      comparable(recorded),
      recorder.apartAgain(() => comparable(record())),
    );
  }
  const around = recorded.invariants.map((id) => recorded.tensors.get(id)!);
  const given = [...init, ...sequences, ...around];
  const { forward, backward } = recorded;
  const bodies = backward && bothBodies(recorded, backward);
  const body = bodies?.forward ?? { ...forward, inputs: [...forward.inputs, ...recorded.invariants] };
  const all = runLoop(recorder, inputs, body, given, init.length, sequences.length);
  const results = all.slice(0, forward.outputs.length);
  if (bodies) {
    const gradient = gradientOf(recorder, inputs, recorded, backward, bodies, all);
    writeOnTape(loopKernel.name, given, results, (dys) => {
      const found = gradient(dys);
      const ids = [...recorded.carries, ...recorded.items, ...recorded.invariants];
      return given.map((x, i) => () => found.get(ids[i]!) ?? zeros(x));
    });
  }
  return { carry: results.slice(0, init.length), stacks: results.slice(init.length) };
}

/** Calls the kernel. */
function runLoop(
  recorder: Recorder,
  { length, reverse }: Pick<LoopInputs, 'length' | 'reverse'>,
  part: StepPart,
  inputs: readonly Tensor[],
  carries: number,
  sequences: number,
  sums = 0,
): Tensor[] {
  const attrs: LoopCall = { length, carries, sequences, reverse, sums, body: tracedBody(recorder, part) };
  return apartFromTape(() =>
    // tfjs types kernels by their names; a list of inputs is a record of their places to it
    tf
      .engine()
      .runKernel<Tensor[]>(
        loopKernel.name,
        inputs as unknown as tf.NamedTensorMap,
        attrs as unknown as tf.NamedAttrMap,
      ),
  );
}

/** What records the gradient of a loop: from the gradients of its outputs, those of the inputs of the step. */
function gradientOf(
  recorder: Recorder,
  { sequences, length, reverse }: LoopInputs,
  { carries, items, tensors }: RecordedStep,
  { cotangents, gradients, sums }: StepGradient,
  bodies: BothBodies,
  outputs: readonly Tensor[],
): (dys: readonly (Tensor | undefined)[]) => ReadonlyMap<TraceId, Tensor> {
  // copies, as tfjs saves them: what was given may be disposed of before the backward pass
  const saved = (given: readonly Tensor[]): Tensor[] => apartFromTape(() => given.map((x) => tf.keep(tf.clone(x))));
  const residuals = saved(bodies.residuals.map((place) => outputs[place]!));
  const read = saved(bodies.items.map((id) => sequences[items.indexOf(id)]!));
  const around = saved(bodies.invariants.map((id) => tensors.get(id)!));
  const places = [...cotangents.keys()];
  const carriedPlaces = places.filter((place) => place < carries.length);
  const stackedPlaces = places.filter((place) => place >= carries.length);
  const results = [
    ...carriedPlaces.map((place) => carries[place]!),
    ...sums.keys(),
    ...items.filter((id) => gradients.has(id)),
  ];
  return (dys) => {
    const upstream = (place: number): Tensor => dys[place] ?? zeros(outputs[place]!);
    const first = [...carriedPlaces.map(upstream), ...[...sums.keys()].map((id) => zeros(tensors.get(id)!))];
    const walked = [...residuals, ...read, ...stackedPlaces.map(upstream)];
    const found = runLoop(
      recorder,
      { length, reverse: !reverse },
      bodies.backward,
      [...first, ...walked, ...around],
      first.length,
      walked.length,
      sums.size,
    );
    return new Map(results.map((id, i) => [id, found[i]!]));
  };
}

const zeros = ({ shape }: Tensor): Tensor => tf.fill(shape, 0);
