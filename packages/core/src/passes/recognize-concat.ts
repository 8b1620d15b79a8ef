import { callOf, inputOf, numberOf } from '../program/expression.ts';
import type { Instruction, ValueId } from '../program/program.ts';
import { isSum } from './map-steps.ts';
import type { Pass } from './pass.ts';
import { type ProgramView, type Rule, rewrite } from './rewrite.ts';

/**
 * Recognises parts that are put side by side, in what is the gradient of cutting a tensor into parts: the sum of them, each padded
 * with zeros.
 *
 *     %2 = pad(%0) {pads=[[0, 3]]}           %2 = map(%0) { add(a, 0) }
 *     %3 = pad(%1) {pads=[[3, 0]]}           %3 = map(%1) { add(a, 0) }
 *     %4 = map(%2, %3) { add(a, b) }         %4 = concat(%2, %3) {axis=0}
 *
 * The zero that is added makes `0` of `-0`, as the sum does.
 */
export const recognizeConcat: Pass = {
  name: 'recognize-concat',
  run: (program) => rewrite(program, [sumOfPads]),
};

const sumOfPads: Rule = (instruction, view) => {
  if (!isSum(instruction)) return undefined;
  const pads: Instruction[] = [];
  // no more parts than there are places for them: sums of the same sums would be very many terms
  const most = Math.max(...view.typeOf(instruction.outputs[0]!).shape, 1);
  if (!collectPads(instruction, view, pads, most)) return undefined;
  const parts = pads.map((pad) => ({ x: pad.inputs[0]!, pads: pad.attrs.pads as Pads }));
  const axis = parts[0]!.pads.findIndex((pair) => pair.some((count) => count > 0));
  parts.sort((a, b) => (a.pads[axis]?.[0] ?? 0) - (b.pads[axis]?.[0] ?? 0));
  if (axis < 0 || !areSideBySide(parts, axis, view)) return undefined;
  const expr = callOf('add', inputOf(0), numberOf(0));
  const inputs = parts.map(
    ({ x }) => view.emit({ primitive: 'map', inputs: [x], attrs: { expr } }, instruction.origin)[0]!,
  );
  return { primitive: 'concat', inputs, attrs: { axis } };
};

type Pads = readonly (readonly [before: number, behind: number])[];

/** Whether each part begins where the one before ends, along this axis alone. */
function areSideBySide(parts: readonly { x: ValueId; pads: Pads }[], axis: number, view: ProgramView): boolean {
  let end = 0;
  for (const { x, pads } of parts) {
    if (pads[axis]![0] !== end || pads.some((pair, at) => at !== axis && pair.some((count) => count > 0))) return false;
    end += view.typeOf(x).shape[axis]!;
  }
  return parts.at(-1)!.pads[axis]![1] === 0;
}

/** Adds what is added up, sums of sums included, to `found`; whether all of it is padded with zeros, and no more than `most`. */
function collectPads({ inputs }: Instruction, view: ProgramView, found: Instruction[], most: number): boolean {
  return inputs.every((id) => {
    const producer = view.producerOf(id);
    if (!producer || found.length === most) return false;
    if (isSum(producer)) return collectPads(producer, view, found, most);
    found.push(producer);
    return producer.primitive === 'pad' && Object.is(producer.attrs.value, 0);
  });
}
