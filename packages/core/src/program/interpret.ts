import { ArgumentError, StateError } from '../errors.ts';
import { sizeOf } from '../tensor/shape.ts';
import { requirePrimitive } from './builder.ts';
import { allocate, type Elements, type EvaluationHooks, type HostValue } from './primitive.ts';
import type { Instruction, Program, ValueId, ValueType } from './program.ts';
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
  const values: HostValues = new Map();
  const typeOf = (id: ValueId): ValueType => program.types.get(id)!;
  const set = (id: ValueId, data: Elements): void => {
    values.set(id, { type: typeOf(id), data });
  };

  for (const { id, name } of program.inputs) set(id, given('inputs', name, typeOf(id), inputs));
  for (const { input, name } of program.state) set(input, given('state', name, typeOf(input), state));
  for (const { id, data } of program.constants) set(id, repeated(data, typeOf(id)));
  prepareRun(program, hooks)(values);
  return {
    outputs: program.outputs.map((id) => values.get(id)!),
    state: Object.fromEntries(program.state.map(({ name, output }) => [name, values.get(output)!.data])),
  };
}

/** Values of a program by their numbers. */
export type HostValues = Map<ValueId, HostValue>;

/** Runs a program on its values. Where it is given, `nanoseconds` counts the time of each instruction. */
export type RunValues = (values: HostValues, nanoseconds?: Float64Array) => void;

/**
 * What runs the instructions of a legal program, for many runs: given inputs, states and constants, it adds the values that
 * are outputs and new states, and forgets the others as soon as nobody reads them any more.
 */
export function prepareRun(program: Program, hooks: EvaluationHooks = {}): RunValues {
  const typeOf = (id: ValueId): ValueType => program.types.get(id)!;
  const steps = program.instructions.map((instruction) => ({
    instruction,
    primitive: requirePrimitive(instruction.primitive),
    types: instruction.outputs.map(typeOf),
    lastReads: [] as ValueId[],
  }));
  const all = withRuns(hooks);
  const kept = new Set([...program.outputs, ...program.state.map(({ output }) => output)]);
  for (const { id } of program.constants) kept.add(id);
  for (const { instruction, lastReads } of steps.toReversed()) {
    for (const id of [...instruction.inputs, ...instruction.outputs]) {
      if (kept.has(id)) continue;
      kept.add(id);
      lastReads.push(id);
    }
  }
  return (values, nanoseconds) => {
    for (const [index, { instruction, primitive, types, lastReads }] of steps.entries()) {
      const start = nanoseconds && performance.now();
      const { inputs, attrs, outputs } = instruction;
      const args = inputs.map((id) => values.get(id)!);
      const results = primitive.evaluate(args, attrs, types, all);
      outputs.forEach((id, i) => {
        const type = types[i]!;
        values.set(id, { type, data: checked(primitive.name, results[i], type) });
      });
      for (const id of lastReads) values.delete(id);
      if (nanoseconds) nanoseconds[index]! += 1e6 * (performance.now() - start!);
    }
  };
}

/** The outputs of one instruction, of the types that are theirs. */
export const evaluateInstruction = (
  { primitive, attrs }: Instruction,
  inputs: readonly HostValue[],
  outputs: readonly ValueType[],
  hooks: EvaluationHooks = {},
): readonly Elements[] => requirePrimitive(primitive).evaluate(inputs, attrs, outputs, withRuns(hooks));

/** The hooks, with the one that runs programs. */
export const withRuns = (hooks: EvaluationHooks): EvaluationHooks => ({
  ...hooks,
  prepareRun: (program) => {
    const run = prepareRun(program, hooks);
    const typeOf = (id: ValueId): ValueType => program.types.get(id)!;
    const constants = program.constants.map(({ id, data }): [ValueId, HostValue] => {
      const type = typeOf(id);
      return [id, { type, data: repeated(data, type) }];
    });
    return (inputs) => {
      const values: HostValues = new Map(constants);
      program.inputs.forEach(({ id }, i) => void values.set(id, inputs[i]!));
      run(values);
      return program.outputs.map((id) => values.get(id)!);
    };
  },
});

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
export const repeated = (data: Elements, type: ValueType): Elements =>
  data.length === sizeOf(type.shape) ? data : allocate(type).fill(data[0]!);
