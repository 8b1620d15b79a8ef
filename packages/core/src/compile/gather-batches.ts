import { ArgumentError } from '../errors.ts';
import { requirePrimitive } from '../program/builder.ts';
import { callOf, inputOf } from '../program/expression.ts';
import { inferTypes } from '../program/primitive.ts';
import type {
  Instruction,
  InstructionAttributes,
  Program,
  ProgramDType,
  ProgramInput,
  ValueId,
  ValueType,
} from '../program/program.ts';

/** How the inputs of a step are cut from data that lies on the device. */
export interface BatchedData {
  /** The number of samples in the data; `undefined`: one batch, where {@link CompiledStep.bindInput} says. */
  readonly samples: number | undefined;
  /** Whether they are taken in an order that is another input, {@link ORDER}; else as they lie. */
  readonly isOrdered: boolean;
  /** The inputs that are batches, and the dtypes of their data: a narrower one is converted in the step. */
  readonly inputs: Readonly<Record<string, ProgramDType>>;
  /** Inputs whose data are those of another before them, in whatever shape: that batch is taken once. */
  readonly same?: Readonly<Record<string, string>>;
}

/** The input with the order of the samples, int32 `[samples]`. */
export const ORDER = 'batch/order';

/** The state with the place of the next batch among the samples, an int32 scalar; each step moves it on. */
export const CURSOR = 'batch/cursor';

/**
 * Makes a step on a batch into one on all samples: inputs `[batch, …]` become `[samples, …]`, and each step takes the next
 * `batch` of them. Without a number of samples only the dtypes change.
 *
 * @throws ArgumentError if the inputs have no common first axis, or there are fewer samples than a batch has
 */
export function gatherBatches(program: Program, { samples, isOrdered, inputs, same = {} }: BatchedData): Program {
  const types = new Map(program.types);
  const instructions: Instruction[] = [];
  let next = 1 + Math.max(-1, ...types.keys());
  const make = (type: ValueType): ValueId => {
    types.set(next, type);
    return next++;
  };
  const emit = (
    primitive: string,
    ids: readonly ValueId[],
    attrs: InstructionAttributes,
    output?: ValueId,
  ): ValueId => {
    const given = ids.map((id) => types.get(id)!);
    const [type] = inferTypes(requirePrimitive(primitive), given, attrs);
    const id = output ?? make(type!);
    instructions.push({ primitive, inputs: ids, attrs, outputs: [id], origin: `batch/${primitive}` });
    return id;
  };

  const convert = (from: ValueId, to: ValueId): void => {
    emit('map', [from], { expr: callOf(CASTS[types.get(to)!.dtype]!, inputOf(0)) }, to);
  };
  const isBatched = ({ name }: ProgramInput): boolean => Object.hasOwn(inputs, name);
  const withInputs = (change: (input: ProgramInput) => ValueId): readonly ProgramInput[] =>
    program.inputs.map((input) => (isBatched(input) ? { id: change(input), name: input.name } : input));

  if (samples === undefined) {
    const all = withInputs(({ id, name }) => {
      const { shape, dtype } = types.get(id)!;
      if (inputs[name] === dtype) return id;
      const given = make({ shape, dtype: inputs[name]! });
      convert(given, id);
      return given;
    });
    return { ...program, inputs: all, instructions: [...instructions, ...program.instructions], types };
  }

  const size = types.get(program.inputs.find(isBatched)?.id ?? -1)?.shape[0];
  if (size === undefined || size > samples) {
    throw new ArgumentError('gatherBatches', 'samples', 'at least one batch', samples);
  }
  const scalar: ValueType = { shape: [], dtype: 'int32' };
  const cursor = make(scalar);
  const order = isOrdered ? make({ shape: [samples], dtype: 'int32' }) : undefined;
  const taken = order === undefined ? undefined : emit('dynamicSlice', [order, cursor], { axis: 0, size });
  const all = withInputs(({ id, name }) => {
    const { shape, dtype } = types.get(id)!;
    if (shape[0] !== size) throw new ArgumentError('gatherBatches', name, `a batch of ${size}`, shape);
    const data = make({ shape: [samples, ...shape.slice(1)], dtype: inputs[name]! });
    const known = program.inputs.find((input) => input.name === same[name]);
    if (known) {
      emit('reshape', [known.id], { shape }, id);
      return data;
    }
    const result = inputs[name] === dtype ? id : undefined;
    const batch =
      taken === undefined
        ? emit('dynamicSlice', [data, cursor], { axis: 0, size }, result)
        : emit('gather', [data, taken], { axis: 0, batchDims: 0 }, result);
    if (result === undefined) convert(batch, id);
    return data;
  });
  const step = make(scalar);
  const moved = emit('map', [cursor, step], { expr: callOf('add', inputOf(0), inputOf(1)) });
  return {
    ...program,
    inputs: [...all, ...(order === undefined ? [] : [{ id: order, name: ORDER }])],
    state: [...program.state, { name: CURSOR, kind: 'counter', input: cursor, output: moved }],
    constants: [...program.constants, { id: step, data: Int32Array.of(size) }],
    instructions: [...instructions, ...program.instructions],
    types,
  };
}

const CASTS: Readonly<Partial<Record<ProgramDType, string>>> = { float32: 'f32', int32: 'i32', bool: 'bool' };
