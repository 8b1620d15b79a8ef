import { kernelSpecs } from '../kernels/index.ts';
import type { Attributes, KernelSpec, TensorSpec } from '../kernels/spec.ts';
import { runPasses } from '../passes/run-passes.ts';
import type { Plan } from '../plan/plan.ts';
import { planProgram } from '../plan/plan-program.ts';
import { ProgramBuilder } from '../program/builder.ts';
import type { Program, ProgramDType, ValueType } from '../program/program.ts';

/** A call of a kernel, by the types of its inputs: by name, or a list for kernels that take one. */
export interface CallTypes {
  readonly inputs: Readonly<Record<string, TensorSpec>> | readonly TensorSpec[];
  readonly attrs: Attributes;
}

/** The spec of a kernel that has primitives. */
export const loweredKernel = (kernel: string): KernelSpec | undefined =>
  kernelSpecs.find(({ name, lower, infer }) => name === kernel && lower && infer);

/** The program of one kernel in primitives, as traces write it; its inputs are named and ordered as those of the call. */
export function kernelProgram({ name, infer, lower }: KernelSpec, { inputs, attrs }: CallTypes): Program {
  const builder = new ProgramBuilder();
  builder.origin = name;
  const types = Object.entries(inputs) as [string, TensorSpec][];
  const ids = types.map(([input, type]) => [input, builder.input(input, valueType(type))] as const);
  const result = lower!({
    builder,
    inputs: Object.fromEntries(ids),
    inputList: ids.map(([, id]) => id),
    attrs,
    outputs: [infer!(Object.fromEntries(types), attrs)].flat(),
  });
  return builder.build([result].flat());
}

/** How an executor runs one kernel: the plan of {@link kernelProgram} after the passes. */
export const planKernel = (spec: KernelSpec, types: CallTypes): Plan =>
  planProgram(runPasses(kernelProgram(spec, types)));

const valueType = ({ shape, dtype }: TensorSpec): ValueType => ({ shape, dtype: dtype as ProgramDType });

/** A text that two calls of a kernel share only if they have one program: the types of the inputs, and the attributes. */
export function callSignature(inputs: Readonly<Record<string, TensorSpec | undefined>>, attrs: Attributes): string {
  let text = '';
  for (const name in inputs) {
    const input = inputs[name];
    if (input) text += `${name}:${input.dtype}[${input.shape}]`;
  }
  return text + signatureOf(attrs);
}

/** As JSON, but with all numbers apart: NaN, the infinities and −0 too. */
function signatureOf(value: unknown): string {
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : `${value}`;
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'object' || value === null) return `${value}`;
  if (Array.isArray(value)) return `[${value.map(signatureOf)}]`;
  let text = '';
  for (const name in value) text += `${name}=${signatureOf((value as Attributes)[name])};`;
  return `{${text}}`;
}
