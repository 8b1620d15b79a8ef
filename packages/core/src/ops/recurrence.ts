import * as tf from '@tensorflow/tfjs-core';
import { noticeOnce } from '../backend/session.ts';
import { requireInteger } from '../check.ts';
import { ArgumentError, showShape } from '../errors.ts';
import { scope } from '../tensor/scope.ts';
import { sameShape } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import {
  buildTree,
  flattenTree,
  sameForm,
  showForm,
  type TensorsOf,
  type Tree,
  type TreeForm,
} from '../tensor/tree.ts';
import { currentOrigin } from '../trace/origin.ts';
import { type LoopInputs, type LoopResult, recordLoop } from '../trace/record-loop.ts';
import type { StepFunction } from '../trace/record-step.ts';
import { NoSingleStep, Recorder } from '../trace/recorder.ts';
import { trace } from '../trace/trace.ts';
import { tensor } from './support.ts';

/** Options of {@link scan}. */
export interface ScanOptions {
  /** The number of steps: needed where there is no `xs`; of longer `xs` the first ones are taken. @defaultValue that of `xs` */
  readonly length?: number | null | undefined;
  /** From the last step to the first. @defaultValue `false` */
  readonly reverse?: boolean | undefined;
  /**
   * Writes all steps of a compiled function one after the other instead of as one loop: larger, and not faster. A number counts
   * as `false`. @defaultValue `false`
   */
  readonly unroll?: boolean | number | undefined;
}

/**
 * Carries tensors from step to step: `f(carry, x)` gives the next carry and what the step puts out. Returns the last carry and
 * the outputs of all steps, stacked along a new first axis. `x` is the step's item of `xs`, `null` where there is none.
 *
 * `init`, `xs` and the outputs are tensors, or lists and records of them; a list of numbers is one tensor. The carry keeps its
 * form, shapes and dtypes.
 *
 * @throws ArgumentError Neither `xs` nor `length`; `xs` of different lengths; a carry that changes.
 * @see keras/src/ops/core.py
 * @example
 * const [last, all] = ops.scan((h, x) => {
 *   const next = ops.tanh(ops.add(ops.matmul(x, kernel), ops.matmul(h, recurrent)));
 *   return [next, next];
 * }, h0, steps);
 */
export function scan<const Carry, const Xs = null, const Outputs = Tree>(
  f: (carry: TensorsOf<Carry>, x: TensorsOf<Xs>) => readonly [carry: Tree, outputs: Outputs & Tree],
  init: Carry & Tree,
  xs?: Xs & Tree,
  options: ScanOptions = {},
): [carry: TensorsOf<Carry>, outputs: TensorsOf<Outputs>] {
  const { reverse = false, unroll = false } = options;
  const outputs: { form: TreeForm } = { form: null };
  const first = flattenTree(init).form;
  const { carry, stacks } = scope(() => {
    const start = tensorsIn(init);
    const sequences = tensorsIn(xs);
    const length = lengthOf(sequences.tensors, options.length);
    const step: StepFunction = (carried, items) => {
      const [next, output] = f(
        buildTree(first, carried) as TensorsOf<Carry>,
        buildTree(sequences.form, items) as TensorsOf<Xs>,
      );
      const [results, made] = [tensorsIn(next), tensorsIn(output)];
      checkCarry(start, results);
      outputs.form = made.form;
      return { carry: results.tensors, outputs: made.tensors };
    };
    const inputs = { init: start.tensors, sequences: firstItems(sequences.tensors, length), length, reverse };
    return runSteps(step, inputs, unroll === true && length > 0);
  });
  // the trees have the forms of these types
  return [buildTree(first, carry), buildTree(outputs.form, stacks)] as [TensorsOf<Carry>, TensorsOf<Outputs>];
}

/** Runs the steps, or records them: as one loop, where that can be. */
function runSteps(step: StepFunction, inputs: LoopInputs, unroll: boolean): LoopResult {
  const backend = tf.backend();
  if (!(backend instanceof Recorder) || unroll) return runEach(step, inputs);
  try {
    return recordLoop(backend, step, inputs);
  } catch (error) {
    if (!(error instanceof NoSingleStep)) throw error;
    const origin = currentOrigin();
    noticeOnce(
      `ops.scan${origin === undefined ? '' : ` in '${origin}'`} is written step by step, ${inputs.length} times, as ${error.message}. ` +
        'It compiles faster as one loop: carry what changes, and draw random numbers before it.',
    );
    return runEach(step, inputs);
  }
}

/** Runs the steps one after the other. */
function runEach(step: StepFunction, inputs: LoopInputs): LoopResult {
  const { init, sequences, length, reverse } = inputs;
  if (length === 0) return { carry: init.map((first) => tf.clone(first)), stacks: emptyStacks(step, inputs) };
  const items = sequences.map((sequence) => tf.unstack(sequence));
  const outputs: (readonly Tensor[])[] = [];
  let carry = init;
  for (let i = 0; i < length; i++) {
    const place = reverse ? length - 1 - i : i;
    const given = items.map((item) => item[place]!);
    const result = scope(() => {
      const made = step(carry, given);
      return { carry: [...made.carry], outputs: [...made.outputs] };
    });
    carry = result.carry;
    outputs[place] = result.outputs;
  }
  const stacks = outputs[0]!.map((_, i) => tf.stack(outputs.map((made) => made[i]!)));
  return { carry: carry.map((last) => tf.clone(last)), stacks };
}

/** The stacked outputs of no step: their shapes are found without computing anything. */
function emptyStacks(step: StepFunction, { init, sequences }: LoopInputs): Tensor[] {
  const specs = [...init, ...sequences].map(({ shape, dtype }, i) => ({
    name: `${i}`,
    shape: i < init.length ? shape : shape.slice(1),
    dtype,
  }));
  const outputsOf = (...given: Tensor[]): Tensor[] => [
    ...step(given.slice(0, init.length), given.slice(init.length)).outputs,
  ];
  const { outputs, types } = trace(outputsOf, specs, { checkTwice: false });
  return outputs.map((id) => tf.zeros([0, ...types[id]!.shape], types[id]!.dtype as 'float32'));
}

interface FlatTensors {
  readonly tensors: Tensor[];
  readonly form: TreeForm;
}

function tensorsIn(tree: Tree): FlatTensors {
  const { leaves, form } = flattenTree(tree);
  return { tensors: leaves.map((leaf) => tensor('scan', leaf)), form };
}

function lengthOf(sequences: readonly Tensor[], given: number | null | undefined): number {
  const scalar = sequences.find(({ rank }) => rank === 0);
  if (scalar) throw new ArgumentError('ops.scan', 'xs', 'of tensors with a first axis, the steps', scalar);
  const lengths = [...new Set(sequences.map(({ shape }) => shape[0]!))];
  if (lengths.length > 1) {
    throw new ArgumentError('ops.scan', 'xs', 'of tensors with as many steps each', lengths);
  }
  const [most = Number.POSITIVE_INFINITY] = lengths;
  if (given === undefined || given === null) {
    if (lengths.length > 0) return most;
    throw new ArgumentError('ops.scan', 'length', 'given where there is no `xs`', given);
  }
  requireInteger('ops.scan', 'length', given, 0);
  if (given > most) throw new ArgumentError('ops.scan', 'length', `at most ${most}, the steps in \`xs\``, given);
  return given;
}

/** The sequences without what comes after the last step. */
const firstItems = (sequences: readonly Tensor[], length: number): Tensor[] =>
  sequences.map((sequence) => {
    if (sequence.shape[0] === length) return sequence;
    return tf.slice(sequence, new Array<number>(sequence.rank).fill(0), [length, ...sequence.shape.slice(1)]);
  });

/** Throws unless the next carry is like the first one. */
function checkCarry(first: FlatTensors, next: FlatTensors): void {
  if (!sameForm(first.form, next.form)) {
    throw new ArgumentError(
      'ops.scan',
      'f',
      `a function that returns a carry of the form ${showForm(first.form)}`,
      showForm(next.form),
    );
  }
  first.tensors.forEach((before, i) => {
    const after = next.tensors[i]!;
    if (before.dtype === after.dtype && sameShape(before.shape, after.shape)) return;
    const describe = ({ dtype, shape }: Tensor): string => `${dtype} ${showShape(shape)}`;
    throw new ArgumentError('ops.scan', 'f', `a function that keeps the carry ${describe(before)}`, describe(after));
  });
}
