import type { Model } from '../models/model.ts';
import type { DataSource } from './data-adapter.ts';

/**
 * Lets each loss look at its labels once, before training: inside a step it would cost a read from the backend.
 *
 * @throws ArgumentError naming the loss and the label, for labels that are no class
 */
export function checkLabels(model: Model, source: DataSource): void {
  const { outputShapes } = model;
  if (!outputShapes) return;
  for (const [i, loss] of model.compilation.plannedLosses(source.y, outputShapes).entries()) {
    const labels = source.y[i]?.host;
    if (loss && labels) loss.checkLabels(labels, outputShapes[i]!);
  }
}
