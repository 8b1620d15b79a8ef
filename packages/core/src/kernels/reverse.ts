import { reverse as flip } from '@tensorflow/tfjs-core';
import type { KernelSpec } from './spec.ts';

/** The elements in the opposite order along the axes `dims`. */
export const reverse: KernelSpec<'x'> = {
  name: 'Reverse',
  inputs: ['x'],
  kind: 'movement',
  infer: ({ x }) => x,
  gradient: { run: ({ dy, attrs: { dims } }) => ({ x: () => flip(dy, dims as number[]) }) },
};
