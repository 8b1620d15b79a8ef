import type { Layer } from '../../layer.ts';

/** Changes options of a layer: what it learns from data belongs to its config, as in files of Keras. */
export function amendConfig<Config extends object>(
  layer: { readonly config: Readonly<Config> } & Pick<Layer, 'name'>,
  changes: Partial<Config>,
): void {
  (layer as { config: Readonly<Config> }).config = Object.freeze({ ...layer.config, ...changes });
}
