import { idsFromOutside, inputIds, type RecordedStep, type StepGradient, type StepPart } from './record-step.ts';
import type { KernelCall, TraceConstant, TraceId } from './trace-types.ts';

/** The bodies of a loop and of its gradient. */
export interface BothBodies {
  /** The step; behind its outputs what the gradient needs of it. */
  readonly forward: StepPart;
  /** The places of the outputs of `forward` that are the first sequences of the gradient. */
  readonly residuals: readonly number[];
  /** The items of the step that the gradient reads too: its next sequences. Those of the cotangents of the outputs follow. */
  readonly items: readonly TraceId[];
  /**
   * The step of the gradient. Inputs: gradients of the float32 carries, sums of the gradients of invariants, residuals, items,
   * gradients of the float32 outputs, invariants. Outputs: the next gradients and sums, then the gradients of items.
   */
  readonly backward: StepPart;
  /** The last inputs of `backward`. */
  readonly invariants: readonly TraceId[];
}

/** Kernels that cost less than to keep what they give. */
const REPEATED: ReadonlySet<string> = new Set(['Identity', 'Reshape', 'ExpandDims', 'Cast']);

/**
 * Splits a step with its gradient into two bodies. What the gradient needs of the step becomes an output of each step, but for what is
 * made again: constants, views, and all that is the same in each step.
 */
export function bothBodies(step: RecordedStep, gradient: StepGradient): BothBodies {
  const { forward, carries, items } = step;
  const { cotangents, gradients, sums } = gradient;
  const floatCarries = carries.filter((id) => gradients.has(id));
  const allSums = [...sums.values()];
  const carried = [
    ...floatCarries.map((id) => cotangents.get(carries.indexOf(id))!),
    ...allSums.map(({ before }) => before),
  ];
  const stacked = [...cotangents].filter(([place]) => place >= carries.length).map(([, id]) => id);
  const given = [...floatCarries, ...items.filter((id) => gradients.has(id))].map((id) => gradients.get(id)!);
  const outputs = given.toSpliced(floatCarries.length, 0, ...allSums.map(({ after }) => after));

  const own = { inputs: [...carried, ...stacked], constants: gradient.constants, calls: gradient.calls, outputs };
  const needs = needsOf(step, idsFromOutside(own));
  const inputs = [...carried, ...needs.residuals, ...needs.items, ...stacked];
  const constants = [...needs.constants, ...own.constants];
  const calls = [...needs.calls, ...own.calls];
  const invariants = idsFromOutside({ inputs, constants, calls, outputs });

  const placeOf = (id: TraceId): number => forward.outputs.indexOf(id, carries.length);
  const added = needs.residuals.filter((id) => placeOf(id) < 0);
  const all = [...forward.outputs, ...added];
  return {
    forward: { ...forward, inputs: [...forward.inputs, ...step.invariants], outputs: all },
    residuals: needs.residuals.map((id) => all.indexOf(id, carries.length)),
    items: needs.items,
    backward: { inputs: [...inputs, ...invariants], constants, calls, outputs },
    invariants,
  };
}

/** What the gradient needs of a step: what to make again, and what each step has to keep. */
interface Needs {
  readonly constants: TraceConstant[];
  readonly calls: KernelCall[];
  readonly items: TraceId[];
  readonly residuals: TraceId[];
}

function needsOf({ forward, carries, items, invariants }: RecordedStep, ids: readonly TraceId[]): Needs {
  const constantOf = new Map(forward.constants.map((constant) => [constant.id, constant]));
  const makerOf = new Map(forward.calls.flatMap((call) => call.outputs.map((id) => [id, call])));
  const fixed = new Set([...invariants, ...constantOf.keys()]);
  for (const call of forward.calls) {
    if (inputIds(call).every((id) => fixed.has(id))) for (const id of call.outputs) fixed.add(id);
  }
  const needs: Needs = { constants: [], calls: [], items: [], residuals: [] };
  const seen = new Set<TraceId>();
  const need = (id: TraceId): void => {
    if (seen.has(id)) return;
    seen.add(id);
    const [constant, call] = [constantOf.get(id), makerOf.get(id)];
    if (constant) needs.constants.push(constant);
    else if (items.includes(id)) needs.items.push(id);
    else if (call && (fixed.has(id) || REPEATED.has(call.kernel))) {
      for (const input of inputIds(call)) need(input);
      if (!needs.calls.includes(call)) needs.calls.push(call);
    } else if (call || carries.includes(id)) needs.residuals.push(id);
  };
  for (const id of ids) need(id);
  return needs;
}
