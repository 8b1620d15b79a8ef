import { ArgumentError } from '../errors.ts';
import { requirePrimitive } from '../program/builder.ts';
import { callOf, inputOf } from '../program/expression.ts';
import { inferTypes } from '../program/primitive.ts';
import type {
  Instruction,
  InstructionAttributes,
  Program,
  ProgramDType,
  ValueId,
  ValueType,
} from '../program/program.ts';

/** How the inputs of a step are cut from data that lies on the device. */
export interface BatchedData {
  /** The number of samples in the data. */
  readonly samples: number;
  /** Whether they are taken in an order that is another input, {@link ORDER}; else as they lie. */
  readonly isOrdered: boolean;
  /** The inputs that are batches, and the dtypes of their data: a narrower one is converted in the step. */
  readonly inputs: Readonly<Record<string, ProgramDType>>;
}

/** The input with the order of the samples, int32 `[samples]`. */
export const ORDER = 'batch/order';

/** The state with the place of the next batch among the samples, an int32 scalar; each step moves it on. */
export const CURSOR = 'batch/cursor';

/**
 * Makes a step on a batch into one on all samples: inputs `[batch, …]` become `[samples, …]`, and each step takes the next
 * `batch` of them.
 *
 * @throws ArgumentError if the inputs have no common first axis, or there are fewer samples than a batch has
 */
export function gatherBatches(program: Program, { samples, isOrdered, inputs }: BatchedData): Program {
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
    instructions.push({ primitive, inputs: ids, attrs, outputs: [id], origin: 'batch' });
    return id;
  };

  const batched = program.inputs.filter(({ name }) => Object.hasOwn(inputs, name));
  const size = types.get(batched[0]?.id ?? -1)?.shape[0];
  if (size === undefined || size > samples)
    throw new ArgumentError('gatherBatches', 'samples', 'at least one batch', samples);
  const scalar: ValueType = { shape: [], dtype: 'int32' };
  const cursor = make(scalar);
  const order = isOrdered ? make({ shape: [samples], dtype: 'int32' }) : undefined;
  const taken = order === undefined ? undefined : emit('dynamicSlice', [order, cursor], { axis: 0, size });
  const data = batched.map(({ id, name }) => {
    const { shape, dtype } = types.get(id)!;
    if (shape[0] !== size) throw new ArgumentError('gatherBatches', name, `a batch of ${size}`, shape);
    const all = make({ shape: [samples, ...shape.slice(1)], dtype: inputs[name]! });
    const isConverted = inputs[name] !== dtype;
    const result = isConverted ? undefined : id;
    const batch =
      taken === undefined
        ? emit('dynamicSlice', [all, cursor], { axis: 0, size }, result)
        : emit('gather', [all, taken], { axis: 0, batchDims: 0 }, result);
    if (isConverted) emit('map', [batch], { expr: callOf(CASTS[dtype]!, inputOf(0)) }, id);
    return { id: all, name };
  });
  const step = make(scalar);
  const moved = emit('map', [cursor, step], { expr: callOf('add', inputOf(0), inputOf(1)) });
  return {
    ...program,
    inputs: [
      ...program.inputs.map((input) => data.find(({ name }) => name === input.name) ?? input),
      ...(order === undefined ? [] : [{ id: order, name: ORDER }]),
    ],
    state: [...program.state, { name: CURSOR, kind: 'counter', input: cursor, output: moved }],
    constants: [...program.constants, { id: step, data: Int32Array.of(size) }],
    instructions: [...instructions, ...program.instructions],
    types,
  };
}

const CASTS: Readonly<Partial<Record<ProgramDType, string>>> = { float32: 'f32', int32: 'i32', bool: 'bool' };
