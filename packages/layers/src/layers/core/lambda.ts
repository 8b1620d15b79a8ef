import { ArgumentError, type PartialShape, type Tensor } from '@capas/core';
import { Layer } from '../../layer.ts';
import { type CallOptions, isShapeList, type LayerConfig, type Shapes } from '../../layer-config.ts';
import type { Masks } from '../../masking.ts';

/** What the function of a {@link Lambda} gets beside its inputs: `training`, `mask`, and the layer's `arguments`. */
export type LambdaOptions = CallOptions & Readonly<Record<string, unknown>>;

/** What a {@link Lambda} computes. It may be called on one tensor or on a list. */
export type LambdaFunction = (inputs: never, options: LambdaOptions) => Tensor | readonly Tensor[];

/** Options of {@link Lambda}. */
export interface LambdaConfig extends LayerConfig {
  /** Computes the output from the input, or from the list of inputs, in `ops`. */
  readonly function: LambdaFunction;
  /** The shape of one output sample, without the batch axis, or a function from shapes to shapes. @defaultValue found by trial */
  readonly outputShape?: Shapes | ((inputShape: Shapes) => Shapes) | null;
  /** The mask of the output, or a function that makes it of the inputs and their mask. @defaultValue none */
  readonly mask?: Tensor | ((inputs: never, mask: Masks) => Masks) | null;
  /** More arguments of the function, by name. */
  readonly arguments?: Readonly<Record<string, unknown>> | null;
}

/**
 * A function as a layer, for computations without weights. It cannot be saved: for that, write a subclass of `Layer`.
 *
 * @throws ArgumentError if `function` is none
 * @see Keras 3, `keras/src/layers/core/lambda_layer.py`
 * @example
 * new Lambda({ function: (x: Tensor) => ops.square(x) }).apply([[1, 2]]); // [[1, 4]]
 */
export class Lambda extends Layer<LambdaConfig> {
  static override readonly className = 'Lambda';

  constructor(config: LambdaConfig) {
    super(config);
    if (typeof config.function !== 'function')
      throw new ArgumentError('Lambda', 'function', 'a function from tensors to tensors', config.function);
    this.supportsMasking = Boolean(config.mask);
  }

  override call(inputs: Tensor | readonly Tensor[], { training, mask }: CallOptions): Tensor | readonly Tensor[] {
    return this.config.function(inputs as never, { ...this.config.arguments, training, mask });
  }

  override computeMask(inputs: Tensor | readonly Tensor[], mask: Masks): Masks {
    const given = this.config.mask ?? undefined;
    return typeof given === 'function' ? given(inputs as never, mask) : given;
  }

  override computeOutputShape(inputShape: Shapes): Shapes {
    const { outputShape } = this.config;
    if (outputShape === undefined || outputShape === null) return super.computeOutputShape(inputShape);
    if (typeof outputShape === 'function') return outputShape(inputShape);
    const batch = (isShapeList(inputShape) ? inputShape[0]! : inputShape)[0] ?? null;
    const withBatch = (shape: PartialShape): PartialShape => [batch, ...shape];
    return isShapeList(outputShape) ? outputShape.map(withBatch) : withBatch(outputShape);
  }
}

/** Short for `new Lambda(config)`; a function alone is accepted. */
export const lambda = (config: LambdaConfig | LambdaFunction): Lambda =>
  new Lambda(typeof config === 'function' ? { function: config } : config);
