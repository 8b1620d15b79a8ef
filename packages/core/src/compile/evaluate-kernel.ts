import { UnknownNameError } from '../errors.ts';
import { kernelSpecs } from '../kernels/index.ts';
import type { Attributes, TensorSpec } from '../kernels/spec.ts';
import { type HostValues, prepareRun, repeated } from '../program/interpret.ts';
import type { HostValue } from '../program/primitive.ts';
import type { Program } from '../program/program.ts';
import { lowerTrace } from '../trace/lower-trace.ts';
import type { TraceId } from '../trace/trace-types.ts';

/** A kernel as a program, ready for many runs. */
interface KernelProgram {
  readonly program: Program;
  readonly run: (values: HostValues) => void;
}

/**
 * What a kernel gives by the meaning of the primitives that it is written in: the bits of compiled programs, for backends
 * that want them kernel by kernel too. `inputs` by the names of its spec.
 *
 * @throws UnknownNameError if there is no such kernel, or it has no primitives
 */
export function evaluateKernel(
  kernel: string,
  inputs: Readonly<Record<string, HostValue>>,
  attrs: Attributes = {},
): readonly HostValue[] {
  const types = Object.entries(inputs).map(([name, { type }]) => [name, type] as const);
  const key = JSON.stringify([kernel, types, attrs]);
  const known = programs.get(key);
  const { program, run } =
    known ?? kernelProgram(kernel, Object.fromEntries(types) as Record<string, TensorSpec>, attrs);
  if (!known) {
    if (programs.size >= CAPACITY) programs.clear();
    programs.set(key, { program, run });
  }
  const given = Object.values(inputs);
  const values: HostValues = new Map(program.inputs.map(({ id }, i) => [id, given[i]!]));
  for (const { id, data } of program.constants) {
    const type = program.types.get(id)!;
    values.set(id, { type, data: repeated(data, type) });
  }
  run(values);
  return program.outputs.map((id) => values.get(id)!);
}

const CAPACITY = 500;
const programs = new Map<string, KernelProgram>();

function kernelProgram(kernel: string, inputs: Readonly<Record<string, TensorSpec>>, attrs: Attributes): KernelProgram {
  const spec = kernelSpecs.find(({ name, lower }) => name === kernel && lower);
  if (!spec?.infer) {
    throw new UnknownNameError(
      'kernel with primitives',
      kernel,
      kernelSpecs.filter(({ lower }) => lower).map(({ name }) => name),
    );
  }
  const outputs = [spec.infer(inputs, attrs)].flat() as TensorSpec[];
  const names = Object.keys(inputs);
  const ids = Object.fromEntries(names.map((name, i): [string, TraceId] => [name, i]));
  const outputIds = outputs.map((_, i) => names.length + i);
  const { program } = lowerTrace({
    inputs: names.map((name, id) => ({ name, id })),
    state: [],
    captured: [],
    constants: [],
    calls: [{ kernel, inputs: ids, attrs, outputs: outputIds }],
    outputs: outputIds,
    types: [...Object.values(inputs), ...outputs],
  });
  return { program, run: prepareRun(program) };
}
