import { evaluateInstruction } from '../program/interpret.ts';
import { allocate, type Elements, type HostValue } from '../program/primitive.ts';
import type { Instruction, ValueType } from '../program/program.ts';
import { sizeOf } from '../tensor/shape.ts';
import { inputsIn } from './expressions.ts';
import { expressionOf } from './map-steps.ts';
import type { Pass } from './pass.ts';
import { type ProgramView, type Rule, rewrite } from './rewrite.ts';

/**
 * Computes what is made from constants alone, by the reference semantics of the primitives, so bit for bit what a run gives.
 *
 * A constant of one repeated element stays one element, whatever its shape. Other results are folded while they are small:
 * a program should not carry data that is cheaper to compute than to load.
 */
export const foldConstants: Pass = {
  name: 'fold-constants',
  run: (program) => rewrite(program, [foldFill, foldMovement, foldMap, foldSmall]),
};

/** The most elements that are read and that are written to fold an instruction. */
const MOST_READ = 65_536;
const MOST_WRITTEN = 1024;

const foldFill: Rule = ({ primitive, attrs, outputs }, view) => {
  if (primitive !== 'fill') return undefined;
  const type = view.typeOf(outputs[0]!);
  return [view.addConstant(allocate({ ...type, shape: [] }).fill(attrs.value as number), type)];
};

/** Primitives that only move elements: equal elements stay what they are. */
const MOVEMENTS: ReadonlySet<string> = new Set(['reshape', 'transpose', 'broadcast', 'slice', 'reverse']);

/** A movement of equal elements. */
const foldMovement: Rule = ({ primitive, inputs, outputs }, view) => {
  const data = MOVEMENTS.has(primitive) ? view.constantOf(inputs[0]!) : undefined;
  return data?.length === 1 ? [view.addConstant(data, view.typeOf(outputs[0]!))] : undefined;
};

/** A map that reads only constants of one element each: computed for that element. */
const foldMap: Rule = (instruction, view) => {
  if (instruction.primitive !== 'map') return undefined;
  const read = inputsIn(expressionOf(instruction));
  const scalars = instruction.inputs.map((id, index): HostValue | undefined => {
    const type: ValueType = { ...view.typeOf(id), shape: [] };
    const data = read.has(index) ? view.constantOf(id) : allocate(type);
    return data?.length === 1 ? { type, data } : undefined;
  });
  if (!scalars.every((scalar) => scalar !== undefined)) return undefined;
  const type = view.typeOf(instruction.outputs[0]!);
  const [data] = evaluateInstruction(instruction, scalars, [{ ...type, shape: [] }]);
  return [view.addConstant(data!, type)];
};

/** Anything else, while it is small. */
const foldSmall: Rule = (instruction, view) => {
  const inputs = constantInputs(instruction, view);
  const outputs = instruction.outputs.map((id) => view.typeOf(id));
  if (!inputs || instruction.primitive === 'call') return undefined;
  if (elementsIn(inputs.map(({ type }) => type)) > MOST_READ || elementsIn(outputs) > MOST_WRITTEN) return undefined;
  const full = inputs.map(({ type, data }) => ({
    type,
    data: data.length === 1 ? allocate(type).fill(data[0]!) : data,
  }));
  return evaluateInstruction(instruction, full, outputs).map((data, i) =>
    view.addConstant(shortened(data), outputs[i]!),
  );
};

/** The inputs of an instruction, if all are constants. */
function constantInputs({ inputs }: Instruction, view: ProgramView): readonly HostValue[] | undefined {
  const constants = inputs.flatMap((id) => {
    const data = view.constantOf(id);
    return data ? [{ type: view.typeOf(id), data }] : [];
  });
  return constants.length === inputs.length ? constants : undefined;
}

const elementsIn = (types: readonly ValueType[]): number => types.reduce((sum, { shape }) => sum + sizeOf(shape), 0);

/** One element for all, if they are equal; `-0` is not `0`. */
const shortened = (data: Elements): Elements =>
  data.length > 1 && data.every((element) => Object.is(element, data[0])) ? data.slice(0, 1) : data;
