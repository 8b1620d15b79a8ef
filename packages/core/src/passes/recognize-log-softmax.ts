import type { Instruction, ValueId } from '../program/program.ts';
import { sameShape } from '../tensor/shape.ts';
import { expressionOf } from './map-steps.ts';
import type { Pass } from './pass.ts';
import { reshapedFrom } from './reshapes.ts';
import { type ProgramView, type Rule, rewrite } from './rewrite.ts';

/**
 * Makes one instruction of a logarithm of softmax that is written out:
 *
 *     %1 = reduce(%0) {kind="max", axes=[1]}
 *     %2 = map(%0, %1) { sub(a, b) }             (under a shape with an axis of size 1, here as below)
 *     %3 = map(%2) { exp(a) }
 *     %4 = reduce(%3) {kind="sum", axes=[1]}
 *     %5 = map(%4) { log(a) }
 *     %6 = map(%2, %5) { sub(a, b) }             %6 = logSoftmax(%0)
 *
 * The crossentropies from logits are made of it. The primitive takes the same steps, so the bits are the same. (Zeros of both signs
 * in a row may change the sign of a difference that is 0; but then the sum is 2 or more, and its logarithm is subtracted.)
 */
export const recognizeLogSoftmax: Pass = {
  name: 'recognize-log-softmax',
  run: (program) => rewrite(program, [logSoftmax]),
};

const logSoftmax: Rule = (instruction, view) => {
  const { shape, dtype } = view.typeOf(instruction.outputs[0] ?? -1);
  const outer = callOfTwo(instruction, 'sub');
  if (!outer || dtype !== 'float32' || shape.length === 0) return undefined;
  const [shifted, logs] = outer;

  const inner = callOfTwo(view.producerOf(shifted), 'sub');
  const sum = callOfOne(view.producerOf(reshapedFrom(logs, view)), 'log');
  if (!inner || sum === undefined) return undefined;
  const [x, maximum] = inner;
  const exponentials = rowsOf(sum, 'sum', shape, view);
  if (exponentials === undefined || callOfOne(view.producerOf(exponentials), 'exp') !== shifted) return undefined;
  if (rowsOf(maximum, 'max', shape, view) !== x) return undefined;

  const column = [...shape.slice(0, -1), 1];
  const fits = [x, shifted, exponentials].every((id) => sameShape(view.typeOf(id).shape, shape));
  const columns = [maximum, logs].every((id) => sameShape(view.typeOf(id).shape, column));
  return fits && columns ? { primitive: 'logSoftmax', inputs: [x], attrs: {} } : undefined;
};

/** The arguments of a map that is one call of two inputs. */
function callOfTwo(instruction: Instruction | undefined, fn: string): readonly [ValueId, ValueId] | undefined {
  const args = argumentsOf(instruction, fn);
  return args?.length === 2 ? [args[0]!, args[1]!] : undefined;
}

const callOfOne = (instruction: Instruction | undefined, fn: string): ValueId | undefined =>
  argumentsOf(instruction, fn)?.[0];

function argumentsOf(instruction: Instruction | undefined, fn: string): readonly ValueId[] | undefined {
  if (instruction?.primitive !== 'map') return undefined;
  const expr = expressionOf(instruction);
  if (expr.kind !== 'call' || expr.fn !== fn) return undefined;
  const args = expr.args.map((arg) => (arg.kind === 'input' ? instruction.inputs[arg.index]! : undefined));
  return args.every((id) => id !== undefined) ? args : undefined;
}

/** What was reduced along its last axis to this value, or to what it is a reshape of. */
function rowsOf(id: ValueId, kind: string, shape: readonly number[], view: ProgramView): ValueId | undefined {
  const producer = view.producerOf(reshapedFrom(id, view));
  if (producer?.primitive !== 'reduce' || producer.attrs.kind !== kind || producer.attrs.expr) return undefined;
  const axes = producer.attrs.axes as readonly number[];
  return axes.length === 1 && axes[0] === shape.length - 1 ? producer.inputs[0]! : undefined;
}
