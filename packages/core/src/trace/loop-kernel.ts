import type { KernelSpec } from '../kernels/spec.ts';
import type { TracedBody } from './trace-types.ts';

/** The attributes of a {@link loopKernel}. */
export interface LoopCall {
  readonly length: number;
  /** How many of the inputs are carried from step to step, and how many are sequences of which each step gets an item. */
  readonly carries: number;
  readonly sequences: number;
  readonly reverse: boolean;
  /** How many of the last carries are sums of gradients. */
  readonly sums: number;
  readonly body: TracedBody;
}

/** A recurrent computation as one call: a kernel that only traces know, lowered to the primitive `loop` by `lowerTrace`. */
export const loopKernel: KernelSpec = {
  name: 'Loop',
  inputs: 'list',
  kind: 'opaque',
  infer: (_, attrs) => {
    const { length, carries, body } = attrs as unknown as LoopCall;
    return body.outputs.map((id, i) => {
      const { shape, dtype } = body.types[id]!;
      return { dtype, shape: i < carries ? shape : [length, ...shape] };
    });
  },
};
