import type { Compilation, CompileOptions } from '../training/compilation.ts';
import type { CustomObjects } from './custom-objects.ts';
import { camelizeConfig } from './keras-config.ts';
import { reviveCustom } from './revive-custom.ts';
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

/** The options of `compile` that a config of Keras stands for. Whether a step is compiled is for this library to choose. */
export function compileOptions(
  config: Readonly<Record<string, unknown>>,
  customObjects: CustomObjects = {},
): CompileOptions {
  const made = reviveCustom(config, customObjects) as Readonly<Record<string, unknown>>;
  const { jitCompile: _, runEagerly, stepsPerExecution, ...options } = camelizeConfig(made);
  const given = Object.entries(options).filter(([, value]) => value !== null);
  return {
    ...Object.fromEntries(given),
    runEagerly: runEagerly === true,
    stepsPerExecution: typeof stepsPerExecution === 'number' ? stepsPerExecution : 1,
  } as CompileOptions;
}
