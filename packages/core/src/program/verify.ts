import { CapasError, show } from '../errors.ts';
import { sameShape, sizeOf } from '../tensor/shape.ts';
import { isProgram, PROGRAM_DTYPES } from './attributes.ts';
import { requirePrimitive } from './builder.ts';
import { allocate, inferTypes, showType } from './primitive.ts';
import { printConstant, printInstruction, printSlot } from './print.ts';
import type { Instruction, Program, ProgramConstant, ProgramDType, ValueId, ValueType } from './program.ts';
import { ProgramError } from './program-error.ts';

/**
 * Checks every rule that a program keeps:
 * - each value is made once, before it is used, and has a type; there are no other types;
 * - names of inputs are different, and those of states;
 * - a constant has one element, or all of them, of its dtype;
 * - primitives exist, have the inputs and attributes that they take, and make values of the types that follow from these;
 * - programs in attributes keep these rules too;
 * - a state has the same type before and after the step.
 *
 * @throws {ProgramError} The first rule that is broken, with the instruction.
 */
export function verify(program: Program): void {
  const values = new Values(program.types);
  const { inputs, state, constants, instructions, outputs } = program;

  for (const { id, name } of inputs)
    checkRule(
      () => `%${id} ${JSON.stringify(name)}`,
      () => values.make(id),
    );
  checkNames('inputs', inputs);
  for (const slot of state)
    checkRule(
      () => printSlot(program, slot),
      () => values.make(slot.input),
    );
  checkNames('states', state);
  for (const constant of constants) {
    checkRule(
      () => printConstant(program, constant, true),
      () => checkConstant(constant, values),
    );
  }
  for (const instruction of instructions) {
    checkRule(
      () => printInstruction(program, instruction),
      () => checkInstruction(instruction, values),
    );
  }
  checkRule(
    () => `return ${outputs.map((id) => `%${id}`).join(', ')}`,
    () => outputs.forEach((id) => void values.use(id)),
  );
  for (const slot of state) {
    checkRule(
      () => printSlot(program, slot),
      () => {
        const [before, after] = [values.use(slot.input), values.use(slot.output)];
        if (sameType(before, after)) return;
        throw new CapasError(`the state is ${showType(before)} before the step and ${showType(after)} after it.`);
      },
    );
  }
  values.checkAllMade();
}

/** Runs a check; what it throws is told with the piece of the program that it is about. */
function checkRule(text: () => string, check: () => void): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof CapasError)) throw error;
    if (error instanceof ProgramError)
      throw new ProgramError(`${error.message}\n  in ${text().split('\n')[0]}`, { cause: error });
    throw new ProgramError(`Illegal program: ${error.message}\n  ${text()}`, { cause: error });
  }
}

function checkNames(what: string, items: readonly { readonly name: string }[]): void {
  const names = new Set<string>();
  for (const { name } of items) {
    if (names.has(name)) throw new ProgramError(`Illegal program: two ${what} have the name ${show(name)}.`);
    names.add(name);
  }
}

function checkConstant({ id, data }: ProgramConstant, values: Values): void {
  const type = values.make(id);
  const size = sizeOf(type.shape);
  if (data.length !== 1 && data.length !== size) {
    throw new CapasError(`the constant has ${data.length} elements: expected 1 or ${size}.`);
  }
  const { name } = allocate({ ...type, shape: [] }).constructor;
  if (data.constructor.name !== name) {
    throw new CapasError(`the elements of ${type.dtype} lie in a ${name}. Received: ${show(data)}.`);
  }
  if (type.dtype === 'bool' && data.some((element) => element > 1)) {
    throw new CapasError('the elements of bool are 0 and 1.');
  }
}

function checkInstruction({ primitive, inputs, attrs, outputs, origin }: Instruction, values: Values): void {
  const types = inputs.map((id) => values.use(id));
  for (const attribute of Object.values(attrs)) if (isProgram(attribute)) verify(attribute);
  const expected = inferTypes(requirePrimitive(primitive), types, attrs);
  if (outputs.length !== expected.length) {
    throw new CapasError(`${primitive} makes ${expected.length} values, not ${outputs.length}.`);
  }
  outputs.forEach((id, i) => {
    const type = values.make(id);
    if (sameType(type, expected[i]!)) return;
    throw new CapasError(`%${id} is ${showType(expected[i]!)}, not ${showType(type)}.`);
  });
  if (origin !== undefined && (origin.trim() !== origin || origin.includes('\n'))) {
    throw new CapasError(`the origin must be one line without spaces around it. Received: ${JSON.stringify(origin)}.`);
  }
}

const sameType = (a: ValueType, b: ValueType): boolean => a.dtype === b.dtype && sameShape(a.shape, b.shape);

/** The values that were made so far. */
class Values {
  readonly #types: Program['types'];
  readonly #made = new Set<ValueId>();

  constructor(types: Program['types']) {
    this.#types = types;
  }

  make(id: ValueId): ValueType {
    if (this.#made.has(id)) throw new CapasError(`%${id} is made twice.`);
    const type = this.#types.get(id);
    if (!type) throw new CapasError(`%${id} has no type.`);
    const legal = PROGRAM_DTYPES.includes(type.dtype as ProgramDType) && type.shape.every(isDimension);
    if (!legal) throw new CapasError(`%${id} has no legal type: ${showType(type)}.`);
    this.#made.add(id);
    return type;
  }

  use(id: ValueId): ValueType {
    if (!this.#made.has(id)) throw new CapasError(`%${id} is used before it is made.`);
    return this.#types.get(id)!;
  }

  checkAllMade(): void {
    for (const id of this.#types.keys()) {
      if (!this.#made.has(id)) throw new ProgramError(`Illegal program: %${id} has a type, but nothing makes it.`);
    }
  }
}

const isDimension = (dim: number): boolean => Number.isInteger(dim) && dim >= 0;
