import type { PartialShape, Tensor } from '@capas/core';
import {
  type Activation as ActivationFunction,
  type ActivationIdentifier,
  getActivation,
} from '../../activations/index.ts';
import { Layer } from '../../layer.ts';
import type { LayerConfig } from '../../layer-config.ts';

/** Options of {@link Activation}. */
export interface ActivationConfig extends LayerConfig {
  /** A name such as `'relu'`, or a function from tensor to tensor. */
  readonly activation: ActivationIdentifier;
}

/**
 * Applies an activation function to each element (or, for softmax and its kin, along the last axis).
 *
 * Shapes: the output has the shape of the input.
 *
 * @see Keras 3, `keras/src/layers/activations/activation.py`
 * @example
 * new Activation({ activation: 'relu' }).apply([[-1, 2]]); // [[0, 2]]
 */
export class Activation extends Layer<ActivationConfig> {
  static override readonly className = 'Activation';
  readonly #function: ActivationFunction;

  constructor(config: ActivationConfig) {
    super(config);
    this.#function = getActivation(config.activation);
    this.supportsMasking = true;
  }

  override call(inputs: Tensor): Tensor {
    return this.#function(inputs);
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    return inputShape;
  }
}

/** Short for `new Activation(config)`; a name or function alone is accepted. */
export const activation = (config: ActivationConfig | ActivationIdentifier): Activation =>
  new Activation(typeof config === 'object' && 'activation' in config ? config : { activation: config });
