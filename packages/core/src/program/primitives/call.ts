import { CapasError, StateError, UnknownNameError } from '../../errors.ts';
import { kernelSpecs } from '../../kernels/index.ts';
import type { KernelSpec, TensorSpec } from '../../kernels/spec.ts';
import { PROGRAM_DTYPES } from '../attributes.ts';
import { allocate, definePrimitive, type HostValue, type Primitive } from '../primitive.ts';
import type { ProgramDType, ValueType } from '../program.ts';

/**
 * A kernel of tfjs as a whole, for what has no primitives. `attrsJson`: its attributes. The inputs are the kernel's in the
 * order of its spec, all or the first of them; where others were left out, `inputNames` says which they are.
 *
 * Whoever runs a program gives `runKernel`.
 */
export const call: Primitive = definePrimitive({
  name: 'call',
  arity: [0, Number.POSITIVE_INFINITY],
  attributes: { kernel: 'string', attrsJson: 'string', inputNames: 'strings?' },
  infer: (inputs, { kernel, attrsJson, inputNames }) => {
    const spec = requireSpec(kernel);
    if (!spec.infer) throw new CapasError(`call: the shapes that ${kernel} gives depend on values.`);
    const types = inputs.map(({ shape, dtype }) => ({ shape, dtype: tensorDTypeOf(kernel, dtype) }));
    const outputs = spec.infer(named(spec, types, inputNames), parseAttributes(kernel, attrsJson));
    return (Array.isArray(outputs) ? (outputs as readonly TensorSpec[]) : [outputs as TensorSpec]).map((output) =>
      programTypeOf(kernel, output),
    );
  },
  evaluate: (inputs, { kernel, attrsJson, inputNames }, outputs, hooks) => {
    if (!hooks?.runKernel) {
      throw new StateError(`call: ${kernel} is a kernel of tfjs. Give the interpreter \`runKernel\`, which runs it.`);
    }
    const values = named<HostValue>(requireSpec(kernel), inputs, inputNames);
    const results = hooks.runKernel(kernel, values, parseAttributes(kernel, attrsJson));
    return outputs.map((type, i) => {
      const target = allocate(type);
      // a kernel may leave int32 in a Float32Array
      target.set(results[i]!.data);
      return target;
    });
  },
});

function requireSpec(kernel: string): KernelSpec {
  const spec = kernelSpecs.find(({ name }) => name === kernel);
  if (!spec)
    throw new UnknownNameError(
      'kernel',
      kernel,
      kernelSpecs.map(({ name }) => name),
    );
  return spec;
}

function named<T>({ name, inputs }: KernelSpec, values: readonly T[], given?: readonly string[]): Record<string, T> {
  const names = inputs === 'list' ? values.map((_, i) => `${i}`) : inputs.map((input) => input.replace('?', ''));
  const used = given ?? names;
  if (values.length > used.length || used.some((input) => !names.includes(input))) {
    throw new CapasError(
      `call: ${name} takes ${names.join(', ')}. Received ${values.length} inputs: ${used.join(', ')}.`,
    );
  }
  return Object.fromEntries(values.map((value, i) => [used[i]!, value]));
}

function parseAttributes(kernel: string, json: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(json) as Record<string, unknown>;
  } catch (error) {
    throw new CapasError(`call: the attributes of ${kernel} are no JSON: ${json}`, { cause: error });
  }
}

function tensorDTypeOf(kernel: string, dtype: ProgramDType): TensorSpec['dtype'] {
  if (dtype === 'uint8') throw new CapasError(`call: ${kernel} cannot take uint8, which tfjs does not know.`);
  return dtype;
}

function programTypeOf(kernel: string, { shape, dtype }: TensorSpec): ValueType {
  if (PROGRAM_DTYPES.includes(dtype as ProgramDType)) return { shape, dtype: dtype as ProgramDType };
  throw new CapasError(`call: ${kernel} gives ${dtype}, which programs do not know.`);
}
