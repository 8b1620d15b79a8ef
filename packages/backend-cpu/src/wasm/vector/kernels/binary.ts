import type { DataType } from '@tensorflow/tfjs-core';
import { type Grid, gridOf } from '../grid.ts';
import type { VectorKernel } from '../vector-kernel.ts';
import { binaryNames, comparisonNames } from '../vector-module.ts';

/** Functions of pairs of float32 elements, broadcast. */
const kernel = (name: string, dtype: DataType): VectorKernel => ({
  name,
  run: ({ unit, inputs: { a, b }, stock }) => {
    if (a!.dtype !== 'float32' || b!.dtype !== 'float32') return stock();
    const grid = gridOf(a!.shape, b!.shape);
    if (!grid) return stock();
    const out = unit.output(grid.shape, dtype);
    const outRow = grid.columns * (dtype === 'bool' ? 1 : 4);
    unit.run[name + endingOf(grid)]!(
      unit.address(a!),
      unit.address(b!),
      unit.address(out),
      grid.rows,
      grid.columns,
      4 * grid.aRow,
      4 * grid.bRow,
      outRow,
    );
    return out;
  },
});

const endingOf = ({ aColumn, bColumn }: Grid): string => {
  if (aColumn === 0) return 'OneFirst';
  return bColumn === 0 ? 'One' : '';
};

export const binaryKernels: readonly VectorKernel[] = [
  ...binaryNames.map((name) => kernel(name, 'float32')),
  ...comparisonNames.map((name) => kernel(name, 'bool')),
];
