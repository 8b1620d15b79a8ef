import { ArgumentError, StateError } from '../errors.ts';
import { sizeOf } from '../tensor/shape.ts';
import { requirePrimitive } from './builder.ts';
import { allocate, type Elements, type EvaluationHooks, type HostValue } from './primitive.ts';
import type { Program, ValueId, ValueType } from './program.ts';
import { verify } from './verify.ts';

/** What a run needs. */
export interface InterpretOptions extends EvaluationHooks {
  /** The elements of the inputs, by name. */
  readonly inputs?: Readonly<Record<string, Elements>>;
  /** The elements of the states before the step, by name. */
  readonly state?: Readonly<Record<string, Elements>>;
}

/** What a run gives. */
export interface InterpretResult {
  readonly outputs: readonly HostValue[];
  /** The elements of the states after the step, by name; those that the step only reads too. */
  readonly state: Readonly<Record<string, Elements>>;
}

/**
 * Runs a program once, by the reference semantics of its primitives: what it means, slowly.
 *
 * What was given is not changed, but results may share its storage.
 *
 * @throws {ProgramError} The program is illegal.
 * @throws {ArgumentError} An input or a state is missing, or of another size or type.
 *
 * @example
 * const { outputs, state } = interpret(program, { inputs: { x }, state: { total } });
 */
export function interpret(program: Program, options: InterpretOptions = {}): InterpretResult {
  const { inputs = {}, state = {}, runKernel } = options;
  const hooks: EvaluationHooks = runKernel ? { runKernel } : {};
  verify(program);
  const values = new Map<ValueId, HostValue>();
  const typeOf = (id: ValueId): ValueType => program.types.get(id)!;
  const set = (id: ValueId, data: Elements): void => {
    values.set(id, { type: typeOf(id), data });
  };

  for (const { id, name } of program.inputs) set(id, given('inputs', name, typeOf(id), inputs));
  for (const { input, name } of program.state) set(input, given('state', name, typeOf(input), state));
  for (const { id, data } of program.constants) set(id, repeated(data, typeOf(id)));
  for (const { primitive, inputs: ids, attrs, outputs } of program.instructions) {
    const args = ids.map((id) => values.get(id)!);
    const results = requirePrimitive(primitive).evaluate(args, attrs, outputs.map(typeOf), hooks);
    outputs.forEach((id, i) => {
      set(id, checked(primitive, results[i], typeOf(id)));
    });
  }
  return {
    outputs: program.outputs.map((id) => values.get(id)!),
    state: Object.fromEntries(program.state.map(({ name, output }) => [name, values.get(output)!.data])),
  };
}

function given(what: string, name: string, type: ValueType, all: Readonly<Record<string, Elements>>): Elements {
  const data = all[name];
  if (data && holds(data, type)) return data;
  throw new ArgumentError('interpret', `${what}[${JSON.stringify(name)}]`, describe(type), data);
}

/** The result of a primitive, if it is what its type says: a check on the primitive. */
function checked(primitive: string, data: Elements | undefined, type: ValueType): Elements {
  if (data && holds(data, type)) return data;
  throw new StateError(`${primitive} must give ${describe(type)}. It gave ${data?.constructor.name}(${data?.length}).`);
}

const holds = (data: Elements, type: ValueType): boolean =>
  data.length === sizeOf(type.shape) && data.constructor === allocate({ ...type, shape: [0] }).constructor;

const describe = (type: ValueType): string =>
  `a ${allocate({ ...type, shape: [0] }).constructor.name} of ${sizeOf(type.shape)} elements`;

/** All elements of a constant. */
const repeated = (data: Elements, type: ValueType): Elements =>
  data.length === sizeOf(type.shape) ? data : allocate(type).fill(data[0]!);
