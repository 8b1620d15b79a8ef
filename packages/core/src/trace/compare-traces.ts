import { TraceError, type TracePlace } from './trace-error.ts';
import type { KernelCall, Trace, TracedBody, TraceId } from './trace-types.ts';

/**
 * Throws if two traces of a function differ: then something in it changes from call to call that is neither an input
 * nor state, and a program would keep what it was.
 */
export function requireSameTrace(first: Trace, second: Trace): void {
  requireSameCalls(first, second, FROM_CALL_TO_CALL);
  const frame = ({ types, outputs, state, captured, constants }: Trace): unknown => [
    types,
    outputs,
    state.map(({ input, output }) => [input, output]),
    captured.map(({ id }) => id),
    constants.map(({ id }) => id),
  ];
  const isSameState =
    first.state.every(({ variable }, i) => variable === second.state[i]?.variable) &&
    first.captured.every(({ tensor }, i) => tensor === second.captured[i]?.tensor);
  if (isSameState && isEqual(frame(first), frame(second))) return;
  throw frozen('what it reads, assigns or returns', {}, FROM_CALL_TO_CALL);
}

/** A step of a loop, and what it takes from around it. */
export interface ComparedStep {
  readonly body: TracedBody;
  readonly invariants: readonly TraceId[];
}

/** Throws if two recordings of the step of a loop differ: then it changes from step to step in JavaScript, and a loop has one body. */
export function requireSameStep(first: ComparedStep, second: ComparedStep): void {
  requireSameCalls(first.body, second.body, FROM_STEP_TO_STEP);
  if (!isEqual(first, second)) throw frozen('what a step reads or returns', {}, FROM_STEP_TO_STEP);
}

/** When recordings must not differ, what to say then, and the op where no other is known. */
interface Occasion {
  readonly advice: string;
  readonly op?: string;
}

const FROM_CALL_TO_CALL: Occasion = {
  advice:
    'differs from call to call and would be frozen. Make it an input or a Variable; random numbers come from `random.*` of @capas/core.',
};
const FROM_STEP_TO_STEP: Occasion = {
  op: 'ops.scan',
  advice:
    'differs from step to step of a loop, which has one body for all. Carry it, let it come with `xs`, or write all steps: `unroll: true`.',
};

function requireSameCalls(
  first: Pick<Trace, 'constants' | 'calls'>,
  second: Pick<Trace, 'constants' | 'calls'>,
  occasion: Occasion,
): void {
  first.constants.forEach((constant, i) => {
    const other = second.constants[i];
    if (other && constant.id === other.id && !isEqual(constant.data, other.data)) {
      throw frozen('a number made in JavaScript', constant, occasion);
    }
  });
  first.calls.forEach((call, i) => {
    const other = second.calls[i];
    if (!other || other.kernel !== call.kernel) {
      throw frozen(`the sequence of kernels (${call.kernel}, then ${other?.kernel ?? 'nothing'})`, call, occasion);
    }
    const [body, otherBody] = [call, other].map(({ attrs }) => attrs.body as TracedBody | undefined);
    if (body && otherBody) requireSameCalls(body, otherBody, occasion);
    const changed = differentAttribute(call, other);
    if (changed) throw frozen(`the attribute '${changed}' of ${call.kernel}`, call, occasion);
    if (!isEqual([call.inputs, call.outputs], [other.inputs, other.outputs])) {
      throw frozen(`what ${call.kernel} is computed from`, call, occasion);
    }
  });
  const added = second.calls[first.calls.length];
  if (added) throw frozen(`the sequence of kernels (nothing, then ${added.kernel})`, added, occasion);
}

const differentAttribute = (a: KernelCall, b: KernelCall): string | undefined =>
  [...new Set([...Object.keys(a.attrs), ...Object.keys(b.attrs)])].find((key) => !isEqual(a.attrs[key], b.attrs[key]));

const frozen = (what: string, { op, origin }: TracePlace, occasion: Occasion): TraceError =>
  new TraceError('frozen value', `${what} ${occasion.advice}`, { op: op ?? occasion.op, origin });

/** Equal plain data; NaN equals itself. */
function isEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (ArrayBuffer.isView(a) && ArrayBuffer.isView(b)) return isEqualData(a as Uint8Array, b as Uint8Array);
  const [left, right] = [Object.entries(a), Object.entries(b)];
  return (
    left.length === right.length && left.every(([key, value]) => isEqual(value, (b as Record<string, unknown>)[key]))
  );
}

const isEqualData = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((value, i) => Object.is(value, b[i]));
