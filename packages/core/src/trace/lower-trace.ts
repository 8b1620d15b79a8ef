import { kernelSpecs } from '../kernels/index.ts';
import type { Attributes, KernelSpec, TensorSpec } from '../kernels/spec.ts';
import { ProgramBuilder } from '../program/builder.ts';
import type { Program, ValueId, ValueType } from '../program/program.ts';
import { sameShape } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Variable } from '../tensor/variable.ts';
import { type LoopCall, loopKernel } from './loop-kernel.ts';
import { TraceError, type TracePlace } from './trace-error.ts';
import type { KernelCall, Trace, TraceConstant, TracedBody, TraceId } from './trace-types.ts';

/** A program, and what it works on. */
export interface LoweredTrace {
  readonly program: Program;
  /** The variable of each state slot. */
  readonly variables: readonly Variable[];
  /** The tensors to hand in as the inputs `captured/0`, `captured/1`, … after those of the trace. */
  readonly captured: readonly Tensor[];
}

/**
 * Writes a trace as a program of primitives, in the same order. Kernels that have none become a `call`.
 *
 * @throws TraceError if there are complex numbers, which programs do not know
 */
export function lowerTrace(trace: Trace): LoweredTrace {
  const builder = new ProgramBuilder();
  const values = new Map<TraceId, ValueId>();
  const typeOf = (id: TraceId): ValueType => valueType(trace.types[id]!);
  for (const { name, id } of trace.inputs) values.set(id, builder.input(name, typeOf(id)));
  trace.captured.forEach(({ id }, i) => void values.set(id, builder.input(`captured/${i}`, typeOf(id))));
  const names = uniqueNames(trace.state.map(({ name }) => name));
  trace.state.forEach(({ kind, input }, i) => void values.set(input, builder.state(names[i]!, kind, typeOf(input))));
  lowerCalls(builder, trace, values);
  for (const { input, output } of trace.state) {
    if (output !== input) builder.update(values.get(input)!, values.get(output)!);
  }
  return {
    program: builder.build(trace.outputs.map((id) => values.get(id)!)),
    variables: trace.state.map(({ variable }) => variable),
    captured: trace.captured.map(({ tensor }) => tensor),
  };
}

/** Writes the constants and kernels of a trace, whose other tensors are values already. */
function lowerCalls(
  builder: ProgramBuilder,
  { constants, calls, types }: Pick<Trace, 'constants' | 'calls' | 'types'>,
  values: Map<TraceId, ValueId>,
): void {
  for (const { id, data } of constants) values.set(id, builder.constant(elementsOf(data), valueType(types[id]!)));
  for (const call of calls) {
    const outputs = call.outputs.map((id) => types[id]!);
    for (const output of outputs) valueType(output, call);
    builder.origin = call.origin === undefined ? call.kernel : `${call.origin}/${call.kernel}`;
    const results = lowerCall(builder, call, values, outputs);
    call.outputs.forEach((id, i) => void values.set(id, results[i]!));
  }
}

/** The body of a loop as a program. */
function lowerBody(body: TracedBody, { carries, sequences }: Pick<LoopCall, 'carries' | 'sequences'>): Program {
  const builder = new ProgramBuilder();
  const nameOf = (place: number): string => {
    if (place < carries) return `carry/${place}`;
    return place < carries + sequences ? `item/${place - carries}` : `invariant/${place - carries - sequences}`;
  };
  const values = new Map<TraceId, ValueId>();
  body.inputs.forEach((id, i) => void values.set(id, builder.input(nameOf(i), valueType(body.types[id]!))));
  lowerCalls(builder, body, values);
  return builder.build(body.outputs.map((id) => values.get(id)!));
}

function valueType({ shape, dtype }: TensorSpec, place?: TracePlace): ValueType {
  if (dtype !== 'complex64' && dtype !== 'string') return { shape, dtype };
  throw new TraceError('dtype', `a tensor of dtype ${dtype} cannot be in a program.`, place);
}

/** Writes one kernel; returns its outputs. */
function lowerCall(
  builder: ProgramBuilder,
  { kernel, inputs: given, attrs }: KernelCall,
  values: ReadonlyMap<TraceId, ValueId>,
  outputs: readonly TensorSpec[],
): readonly ValueId[] {
  if (kernel === loopKernel.name) {
    const { body, sums, ...loop } = attrs as unknown as LoopCall;
    const inputs = (given as readonly TraceId[]).map((id) => values.get(id)!);
    return builder.emit('loop', inputs, {
      ...loop,
      ...(sums > 0 && { sums }),
      body: lowerBody(body, loop),
    });
  }
  const spec = kernelSpecs.find(({ name }) => name === kernel)!;
  const inputs = Object.fromEntries(Object.entries(given).map(([name, id]) => [name, values.get(id as TraceId)!]));
  if (!spec.lower) return emitCall(builder, spec, inputs, attrs);
  const results = [spec.lower({ builder, inputs, inputList: Object.values(inputs), attrs, outputs })].flat();
  outputs.forEach(({ shape, dtype }, i) => {
    const type = builder.typeOf(results[i]!);
    if (type.dtype === dtype && sameShape(type.shape, shape)) return;
    throw new Error(`${kernel} is lowered to ${type.dtype}[${type.shape}] and not to ${dtype}[${shape}]`);
  });
  return results;
}

/** Writes a kernel as a whole. */
function emitCall(
  builder: ProgramBuilder,
  spec: KernelSpec,
  inputs: Readonly<Record<string, ValueId>>,
  attrs: Attributes,
): readonly ValueId[] {
  const all = spec.inputs === 'list' ? Object.keys(inputs) : spec.inputs.map((name) => name.replace('?', ''));
  const present = all.filter((name) => inputs[name] !== undefined);
  return builder.emit(
    'call',
    present.map((name) => inputs[name]!),
    {
      kernel: spec.name,
      attrsJson: toJson(spec.name, attrs),
      ...(present.length < all.length && { inputNames: present }),
    },
  );
}

/** Attributes as text from which the same ones can be read. */
const toJson = (kernel: string, attrs: Attributes): string =>
  JSON.stringify(attrs, (name, value: unknown) => {
    if (typeof value !== 'number' || Number.isFinite(value)) return value;
    throw new TraceError('dtype', `its attribute '${name}' is ${value}, which a program cannot keep.`, { op: kernel });
  });

/** One number where all elements are the same: zeros and ones are common, and may be large. */
function elementsOf(data: TraceConstant['data']): TraceConstant['data'] | number {
  const [first] = data;
  return first !== undefined && data.every((value) => Object.is(value, first)) ? first : data;
}

/** Numbers names that occur more than once: `seed_generator_state`, `seed_generator_state_1`. */
function uniqueNames(names: readonly string[]): string[] {
  const taken = new Set(names);
  const seen = new Set<string>();
  return names.map((name) => {
    let unique = name;
    for (let i = 1; seen.has(unique); i++) {
      const next = `${name}_${i}`;
      if (!taken.has(next)) unique = next;
    }
    seen.add(unique);
    return unique;
  });
}
