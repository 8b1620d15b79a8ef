import { noticeOnce } from '@capas/core';
import type { Layer } from '../layer.ts';
import type { Model } from '../models/model.ts';

/** What of a model was trained when it was compiled. */
export class CompiledTrainable {
  readonly #model: Model;
  readonly #state: ReadonlyMap<Layer, boolean>;
  #isSaid = false;

  constructor(model: Model) {
    this.#model = model;
    this.#state = new Map(layersOf(model).map((layer) => [layer, layer.trainable]));
  }

  /**
   * Runs `fn` with everything as trainable as it was: changes take effect with the next `compile`, as in Keras, and until then are
   * told of once.
   */
  run<T>(fn: () => T): T {
    const layers = layersOf(this.#model);
    const changed = layers.filter((layer) => layer.trainable !== (this.#state.get(layer) ?? layer.trainable));
    if (changed.length === 0) return fn();
    this.#say(changed);
    const { weights } = this.#model;
    const now = layers.map((layer) => [layer, layer.trainable] as const);
    const flags = weights.map(({ trainable }) => trainable);
    setAll(layers.map((layer) => [layer, this.#state.get(layer) ?? layer.trainable]));
    try {
      return fn();
    } finally {
      setAll(now);
      for (const [i, weight] of weights.entries()) weight.trainable = flags[i]!;
    }
  }

  #say(changed: readonly Layer[]): void {
    if (this.#isSaid) return;
    this.#isSaid = true;
    const names = changed.slice(0, 3).map(({ name }) => `'${name}'`);
    if (changed.length > 3) names.push('…');
    noticeOnce(
      `model '${this.#model.name}': \`trainable\` was changed after \`compile\` (${names.join(', ')}). Call \`compile\` again: until then the model is trained as before.`,
    );
  }
}

/** A layer and all in it; what holds others comes before them. */
function layersOf(layer: Layer): Layer[] {
  const depths = new Map<Layer, number>();
  const visit = (of: Layer, depth: number): void => {
    if ((depths.get(of) ?? -1) >= depth) return;
    depths.set(of, depth);
    for (const sublayer of of.sublayers) visit(sublayer, depth + 1);
  };
  visit(layer, 0);
  return [...depths].sort(([, a], [, b]) => a - b).map(([found]) => found);
}

/** Setting one sets those in it, so these come after. */
function setAll(state: readonly (readonly [Layer, boolean])[]): void {
  for (const [layer, trainable] of state) layer.trainable = trainable;
}
