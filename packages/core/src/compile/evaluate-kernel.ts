import { UnknownNameError } from '../errors.ts';
import { kernelSpecs } from '../kernels/index.ts';
import type { Attributes, TensorSpec } from '../kernels/spec.ts';
import { type HostValues, prepareRun, repeated } from '../program/interpret.ts';
import type { HostValue } from '../program/primitive.ts';
import type { Program } from '../program/program.ts';
import { callSignature, kernelProgram, loweredKernel } from './kernel-program.ts';

/** A kernel as a program, ready for many runs. */
interface PreparedKernel {
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
  const types = Object.fromEntries(Object.entries(inputs).map(([name, { type }]) => [name, type as TensorSpec]));
  const key = kernel + callSignature(types, attrs);
  const known = prepared.get(key);
  const { program, run } = known ?? prepare(kernel, { inputs: types, attrs });
  if (!known) {
    if (prepared.size >= CAPACITY) prepared.clear();
    prepared.set(key, { program, run });
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
const prepared = new Map<string, PreparedKernel>();

function prepare(kernel: string, types: Parameters<typeof kernelProgram>[1]): PreparedKernel {
  const spec = loweredKernel(kernel);
  if (!spec) {
    throw new UnknownNameError(
      'kernel with primitives',
      kernel,
      kernelSpecs.filter(({ lower }) => lower).map(({ name }) => name),
    );
  }
  const program = kernelProgram(spec, types);
  return { program, run: prepareRun(program) };
}
