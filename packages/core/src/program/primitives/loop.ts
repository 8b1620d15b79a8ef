import { ArgumentError, CapasError, StateError } from '../../errors.ts';
import { sameShape, sizeOf } from '../../tensor/shape.ts';
import type { AttributesOf } from '../attributes.ts';
import {
  allocate,
  type CostOf,
  definePrimitive,
  type Elements,
  type HostValue,
  type Primitive,
  showType,
} from '../primitive.ts';
import type { Program, ValueType } from '../program.ts';

const ATTRIBUTES = {
  length: 'integer',
  carries: 'integer',
  sequences: 'integer',
  reverse: 'boolean',
  body: 'program',
  sums: 'integer?',
} as const;

/** The attributes of a {@link loop}. */
export type LoopAttributes = AttributesOf<typeof ATTRIBUTES>;

/**
 * A program that is run `length` times, each time on what the time before gave: a recurrent network in one instruction.
 *
 * - Inputs: the first values of the `carries`, then the `sequences` `[length, ...]`, then invariants, which are the same in each step.
 * - The body has no state. Its inputs, in the same order: the carries, the step `[...]` of each sequence, the invariants. Its outputs: the
 *   next carries, then any number of outputs of the step.
 * - Outputs: the last carries, then the outputs of all steps, each stacked: `[length, ...]`.
 *
 * With `reverse` the last step comes first; what a step gives still stands at its own place. Without steps the carries stay as they are
 * and the stacks are empty.
 *
 * The last `sums` carries only add up values, as gradients of weights do: how often such a sum is rounded on the way is left open.
 *
 * Whoever runs a program gives `prepareRun`.
 *
 * ```text
 * %2: float32[2], %3: float32[5,2] = loop(%0, %1) {length=5, carries=1, sequences=1, reverse=false, body=program(%0 "sum": float32[2], %1 "x": float32[2]) {
 *   %2: float32[2] = map(%0, %1) { add(a, b) }
 *   return %2, %2
 * }}
 * ```
 */
export const loop: Primitive = definePrimitive({
  name: 'loop',
  arity: [0, Number.POSITIVE_INFINITY],
  attributes: ATTRIBUTES,
  infer: (inputs, attrs) => {
    const { body, carries, length } = attrs;
    checkCounts(inputs, attrs);
    for (const [i, input] of inputs.entries()) checkInput(input, i, attrs);
    const results = body.outputs.map((id) => typeIn(body, id));
    results.slice(0, carries).forEach((result, i) => {
      if (isSame(result, inputs[i]!)) return;
      throw new CapasError(
        `loop: the carry ${i} is ${showType(inputs[i]!)} before a step and ${showType(result)} after it.`,
      );
    });
    const stacks = results.slice(carries).map(({ shape, dtype }) => ({ dtype, shape: [length, ...shape] }));
    return [...inputs.slice(0, carries), ...stacks];
  },
  evaluate: (inputs, { body, carries, sequences, length, reverse }, outputs, hooks) => {
    if (!hooks?.prepareRun) throw new StateError('loop: give the interpreter `prepareRun`, which runs the body.');
    const run = hooks.prepareRun(body);
    const stacks = outputs.slice(carries).map(allocate);
    let current = inputs.slice(0, carries);
    for (let i = 0; i < length; i++) {
      const step = reverse ? length - 1 - i : i;
      const steps = inputs.slice(carries, carries + sequences).map((sequence) => stepOf(sequence, step));
      const results = run([...current, ...steps, ...inputs.slice(carries + sequences)]);
      current = results.slice(0, carries);
      stacks.forEach((stack, at) => {
        const { data } = results[carries + at]!;
        stack.set(data, step * data.length);
      });
    }
    return [...current.map(({ data }) => data), ...stacks];
  },
  flops: (_, { body, length }, __, costOf) => length * requireCost(costOf)(body).flops,
  bytes: (_, { body, length }, __, costOf) => length * requireCost(costOf)(body).bytes,
});

function checkCounts(inputs: readonly ValueType[], { body, ...attrs }: LoopAttributes): void {
  for (const name of ['length', 'carries', 'sequences'] as const) {
    if (attrs[name] < 0) throw new ArgumentError('loop', name, 'an integer of at least 0', attrs[name]);
  }
  const { sums = 0, carries } = attrs;
  if (sums < 0 || sums > carries) throw new ArgumentError('loop', 'sums', `an integer from 0 to ${carries}`, sums);
  if (body.state.length > 0) throw new ArgumentError('loop', 'body', 'a program without state', body.state[0]!.name);
  if (inputs.length < attrs.carries + attrs.sequences || inputs.length !== body.inputs.length) {
    const expected = `the ${body.inputs.length} of the body, ${attrs.carries} carries and ${attrs.sequences} sequences among them`;
    throw new ArgumentError('loop', 'inputs', expected, inputs.length);
  }
  if (body.outputs.length < attrs.carries) {
    throw new ArgumentError('loop', 'body', `a program with at least ${attrs.carries} outputs`, body.outputs.length);
  }
}

/** Throws unless an input of the loop is what the body takes in its place. */
function checkInput(input: ValueType, i: number, { body, carries, sequences, length }: LoopAttributes): void {
  const { id, name } = body.inputs[i]!;
  const step = typeIn(body, id);
  const isSequence = i >= carries && i < carries + sequences;
  const expected = isSequence ? { ...step, shape: [length, ...step.shape] } : step;
  if (isSame(input, expected)) return;
  throw new CapasError(
    `loop: the input ${i}, "${name}" in the body, must be ${showType(expected)}. Received: ${showType(input)}.`,
  );
}

function typeIn({ types }: Program, id: number): ValueType {
  const type = types.get(id);
  if (!type) throw new CapasError(`loop: %${id} of the body has no type.`);
  return type;
}

/** One step of a sequence, without a copy. */
function stepOf({ type, data }: HostValue, step: number): HostValue {
  const shape = type.shape.slice(1);
  const size = sizeOf(shape);
  return { type: { ...type, shape }, data: data.subarray(step * size, (step + 1) * size) as Elements };
}

function requireCost(costOf: CostOf | undefined): CostOf {
  if (!costOf) throw new StateError('loop: its cost is that of its body, for which `costOf` is needed.');
  return costOf;
}

const isSame = (a: ValueType, b: ValueType): boolean => a.dtype === b.dtype && sameShape(a.shape, b.shape);
