import type { Layer } from '../layer.ts';
import type { Model } from '../models/model.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';

/**
 * A text that changes when something does that a compiled step has taken in: which layers and weights there are, what of them
 * is trained, what gives the learning rate.
 */
export function signatureOf(model: Model): string {
  const parts: string[] = [];
  const visit = (layer: Layer): void => {
    parts.push(`${numberOf(layer)}${layer.trainable ? 't' : 'f'}`);
    for (const sublayer of layer.sublayers) visit(sublayer);
  };
  visit(model);
  for (const weight of model.weights) parts.push(`${numberOf(weight)}${weight.trainable ? 't' : 'f'}`);
  if (model.isCompiled) {
    for (const metric of model.ownMetrics) parts.push(`m${numberOf(metric)}`);
    parts.push(`${numberOf(model.compilation)}`, ...optimizerParts(model.optimizer));
  }
  return parts.join(' ');
}

/** What of an optimizer and of those in it is no variable and can be set. */
function optimizerParts({ schedule, lossScaleFactor, innerOptimizers }: Optimizer): string[] {
  const own = [...(schedule ? [`s${numberOf(schedule)}`] : []), ...(lossScaleFactor ? [`f${lossScaleFactor}`] : [])];
  return [...own, ...innerOptimizers.flatMap(optimizerParts)];
}

const numbers = new WeakMap<object, number>();
const counter = { next: 0 };

/** A number of its own for each object. */
export function numberOf(object: object): number {
  const known = numbers.get(object);
  if (known !== undefined) return known;
  const made = counter.next++;
  numbers.set(object, made);
  return made;
}
