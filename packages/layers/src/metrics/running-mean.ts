import { ops, type Tensor, type Variable } from '@capas/core';
import { accumulate } from './metric.ts';
import { sampleValues } from './sample-values.ts';

/** The mean of values over batches, as two pieces of state. */
export class RunningMean {
  readonly total: Variable;
  readonly count: Variable;

  constructor(addVariable: (name: string) => Variable) {
    this.total = addVariable('total');
    this.count = addVariable('count');
  }

  /** Adds the values of a batch, each sample with its weight. */
  add(values: Tensor, sampleWeight: Tensor | undefined): void {
    const samples = sampleValues(values, sampleWeight, 'mean');
    accumulate(this.total, ops.sum(samples.values));
    accumulate(this.count, samples.weight ? ops.sum(samples.weight) : (samples.values.shape[0] ?? 1));
  }

  /** The mean so far, 0 where there is nothing yet. */
  get mean(): Tensor {
    return ops.divideNoNan(this.total, this.count);
  }
}
