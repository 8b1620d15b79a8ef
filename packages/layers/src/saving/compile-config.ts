import type { Compilation } from '../training/compilation.ts';
import { serializeThing, serializeValue } from './serialize.ts';

/** What a model was compiled with, as Keras writes it. */
export function compileConfigOf({ options, optimizer, stepsPerExecution }: Compilation): object {
  const { loss, lossWeights, metrics, weightedMetrics, runEagerly = false } = options;
  return {
    optimizer: serializeThing(optimizer),
    loss: serializeValue(loss ?? null),
    loss_weights: serializeValue(lossWeights ?? null),
    metrics: serializeValue(metrics ?? null),
    weighted_metrics: serializeValue(weightedMetrics ?? null),
    run_eagerly: runEagerly,
    steps_per_execution: stepsPerExecution,
    jit_compile: false,
  };
}
