import { kernelSpecs } from '../kernels/index.ts';
import type { Attributes, TensorSpec } from '../kernels/spec.ts';
import { ProgramBuilder } from '../program/builder.ts';
import type { Program, ProgramDType, ValueType } from '../program/program.ts';

/** A call of a kernel, by the types of its inputs: by name, or a list for kernels that take one. */
export interface CallTypes {
  readonly kernel: string;
  readonly inputs: Readonly<Record<string, TensorSpec>> | readonly TensorSpec[];
  readonly attrs: Attributes;
}

/** The program of one kernel in primitives, its inputs named as the kernel's; `undefined` for kernels without a lowering. */
export function lowerCall({ kernel, inputs, attrs }: CallTypes): Program | undefined {
  const spec = kernelSpecs.find(({ name }) => name === kernel);
  if (!spec?.lower || !spec.infer) return undefined;
  const builder = new ProgramBuilder();
  const types = Object.entries(inputs) as [string, TensorSpec][];
  const ids = types.map(([name, type]) => [name, builder.input(name, valueType(type))] as const);
  const result = spec.lower({
    builder,
    inputs: Object.fromEntries(ids),
    inputList: ids.map(([, id]) => id),
    attrs,
    outputs: [spec.infer(Object.fromEntries(types), attrs)].flat(),
  });
  return builder.build([result].flat());
}

const valueType = ({ shape, dtype }: TensorSpec): ValueType => ({ shape, dtype: dtype as ProgramDType });
