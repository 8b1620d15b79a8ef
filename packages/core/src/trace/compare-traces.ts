import { TraceError, type TracePlace } from './trace-error.ts';
import type { KernelCall, Trace } from './trace-types.ts';

/**
 * Throws if two traces of a function differ: then something in it changes from call to call that is neither an input
 * nor state, and a program would keep what it was.
 */
export function requireSameTrace(first: Trace, second: Trace): void {
  first.constants.forEach((constant, i) => {
    const other = second.constants[i];
    if (other && constant.id === other.id && !isEqual(constant.data, other.data)) {
      throw frozen('a number made in JavaScript', constant);
    }
  });
  first.calls.forEach((call, i) => {
    const other = second.calls[i];
    if (!other || other.kernel !== call.kernel) {
      throw frozen(`the sequence of kernels (${call.kernel}, then ${other?.kernel ?? 'nothing'})`, call);
    }
    const changed = differentAttribute(call, other);
    if (changed) throw frozen(`the attribute '${changed}' of ${call.kernel}`, call);
    if (!isEqual([call.inputs, call.outputs], [other.inputs, other.outputs])) {
      throw frozen(`what ${call.kernel} is computed from`, call);
    }
  });
  const added = second.calls[first.calls.length];
  if (added) throw frozen(`the sequence of kernels (nothing, then ${added.kernel})`, added);
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
  if (!isSameState || !isEqual(frame(first), frame(second))) throw frozen('what it reads, assigns or returns', {});
}

const differentAttribute = (a: KernelCall, b: KernelCall): string | undefined =>
  [...new Set([...Object.keys(a.attrs), ...Object.keys(b.attrs)])].find((key) => !isEqual(a.attrs[key], b.attrs[key]));

const frozen = (what: string, { op, origin }: TracePlace): TraceError =>
  new TraceError(
    'frozen value',
    `${what} differs from call to call and would be frozen. Make it an input or a Variable; random numbers come from \`random.*\` of @capas/core.`,
    { op, origin },
  );

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
