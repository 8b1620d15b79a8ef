import { checkSparseLabels, SparseCategoricalCrossentropy } from '../losses/index.ts';
import type { Model } from '../models/model.ts';
import type { DataSource } from './data-adapter.ts';

/** Checks the labels of sparse losses against the number of classes, once, before training: inside a step it would cost a read. */
export function checkLabels(model: Model, source: DataSource): void {
  const { outputShapes } = model;
  model.compilation.plannedLosses(source.y.length).forEach((loss, i) => {
    const labels = source.y[i]?.host;
    const classes = outputShapes?.[i]?.at(-1);
    if (!(loss instanceof SparseCategoricalCrossentropy) || !labels || typeof classes !== 'number') return;
    checkSparseLabels(labels, classes, loss.name);
  });
}
