import { type CallTypes, kernelProgram, loweredKernel } from '../compile/kernel-program.ts';
import type { Program } from '../program/program.ts';

/** The program of one kernel in primitives, its inputs named as the kernel's; `undefined` for kernels without a lowering. */
export function lowerCall({ kernel, ...types }: CallTypes & { readonly kernel: string }): Program | undefined {
  const spec = loweredKernel(kernel);
  return spec && kernelProgram(spec, types);
}
