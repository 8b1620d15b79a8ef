import type { Instruction, ValueId } from '../program/program.ts';
import { type Shape, sameShape } from '../tensor/shape.ts';
import { expressionOf } from './map-steps.ts';
import type { Pass } from './pass.ts';
import { type ProgramView, type Rule, rewrite } from './rewrite.ts';

/**
 * Removes instructions that change nothing: a reshape to the same shape, a cast to the same dtype, a slice of everything. Of a
 * chain of reshapes, broadcasts or transposes it leaves one.
 *
 * No element is computed here, so the result is the same bit for bit.
 */
export const removeIdentities: Pass = {
  name: 'remove-identities',
  run: (program) => rewrite(program, [forwardIdentity, shortenChain, transposeAsReshape, copyAsBroadcast]),
};

type Test = (instruction: Instruction, input: Shape, output: Shape) => boolean;

const sameShapes: Test = (_, input, output) => sameShape(input, output);

/** When an instruction of one input gives that input, by primitive. */
const IDENTITY: Readonly<Record<string, Test>> = {
  reshape: sameShapes,
  broadcast: sameShapes,
  transpose: ({ attrs }) => numbers(attrs.perm).every((from, to) => from === to),
  slice: ({ attrs }, input, output) =>
    sameShape(input, output) && numbers(attrs.strides).every((stride) => stride === 1),
  concat: ({ inputs }) => inputs.length === 1,
  pad: sameShapes,
  mirrorPad: sameShapes,
  reverse: ({ attrs }, input) => numbers(attrs.axes).every((axis) => input[axis]! <= 1),
};

const forwardIdentity: Rule = (instruction, view) => {
  const test = IDENTITY[instruction.primitive];
  if (!test) return undefined;
  const [input] = instruction.inputs as [ValueId];
  const isIdentity = test(instruction, view.typeOf(input).shape, view.typeOf(instruction.outputs[0]!).shape);
  return isIdentity ? [input] : undefined;
};

/** `reshape(reshape(x))` → `reshape(x)`, and the same for broadcasts and transposes. */
const shortenChain: Rule = (instruction, view) => {
  const producer = view.producerOf(instruction.inputs[0] ?? -1);
  if (!producer || producer.primitive !== instruction.primitive) return undefined;
  switch (instruction.primitive) {
    case 'reshape':
    case 'broadcast':
      return { ...instruction, inputs: producer.inputs };
    case 'transpose': {
      const inner = numbers(producer.attrs.perm);
      const perm = numbers(instruction.attrs.perm).map((axis) => inner[axis]!);
      return { ...instruction, inputs: producer.inputs, attrs: { perm } };
    }
    default:
      return undefined;
  }
};

/** A transpose that moves only axes of size 1 leaves the elements where they are. */
const transposeAsReshape: Rule = ({ primitive, inputs, attrs, outputs }, view) => {
  if (primitive !== 'transpose') return undefined;
  const { shape } = view.typeOf(inputs[0]!);
  const moved = numbers(attrs.perm).filter((axis) => shape[axis] !== 1);
  if (moved.some((axis, i) => i > 0 && axis < moved[i - 1]!)) return undefined;
  return { primitive: 'reshape', inputs, attrs: { shape: view.typeOf(outputs[0]!).shape } };
};

/** `map(x) { x }` → `x`, or a broadcast of it; a cast of `x` to its own dtype is `x`. */
const copyAsBroadcast: Rule = (instruction, view) => {
  const source = instruction.primitive === 'map' ? copiedInput(instruction, view) : undefined;
  if (source === undefined) return undefined;
  const from = view.typeOf(source);
  const to = view.typeOf(instruction.outputs[0]!);
  if (sameShape(from.shape, to.shape)) return [source];
  return { primitive: 'broadcast', inputs: [source], attrs: { shape: to.shape } };
};

/** The input that a map gives as it is, if it gives one. */
function copiedInput(instruction: Instruction, view: ProgramView): ValueId | undefined {
  const expr = expressionOf(instruction);
  const source = expr.kind === 'call' && CASTS.has(expr.fn) ? expr.args[0]! : expr;
  const id = source.kind === 'input' ? instruction.inputs[source.index]! : undefined;
  return id !== undefined && view.typeOf(id).dtype === view.typeOf(instruction.outputs[0]!).dtype ? id : undefined;
}

const CASTS: ReadonlySet<string> = new Set(['f32', 'i32', 'bool']);

/** Attributes that are lists of numbers, as the primitive's definition says. */
const numbers = (value: unknown): readonly number[] => value as readonly number[];
