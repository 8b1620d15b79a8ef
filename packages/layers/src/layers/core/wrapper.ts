import { ArgumentError } from '@capas/core';
import { Layer } from '../../layer.ts';
import type { CallOptions, LayerConfig, Shapes } from '../../layer-config.ts';

/** Options of {@link Wrapper}. */
export interface WrapperConfig extends LayerConfig {
  /** The layer that is wrapped. */
  readonly layer: Layer;
}

/**
 * The base of layers that do something with another layer.
 *
 * @throws ArgumentError if `layer` is none
 * @see Keras 3, `keras/src/layers/core/wrapper.py`
 */
export abstract class Wrapper<
  Config extends WrapperConfig = WrapperConfig,
  Options extends CallOptions = CallOptions,
> extends Layer<Config, Options> {
  /** The layer that is wrapped. */
  readonly layer: Layer;

  constructor(config: Config) {
    super(config);
    if (!(config.layer instanceof Layer)) {
      throw new ArgumentError((new.target as typeof Layer).className, 'layer', 'a layer', config.layer);
    }
    this.layer = config.layer;
  }

  override build(inputShape: Shapes): void {
    this.layer.ensureBuilt(inputShape);
  }
}
