import type { Model } from './model.ts';

/** Frees a model that a function of the user made, with the optimizer and the metrics that this made for it. */
export function disposeBuilt(model: Model): void {
  const made = model.isCompiled ? [model.optimizer, ...model.compilation.metrics.map(({ metric }) => metric)] : [];
  for (const thing of [model, ...made]) thing.dispose();
}
