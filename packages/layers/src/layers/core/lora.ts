import { ArgumentError, ops, requirePositiveInteger, type Shape, StateError, type Tensor } from '@capas/core';
import type { InitializerIdentifier } from '../../initializers/index.ts';
import type { Layer } from '../../layer.ts';
import type { RegularizerIdentifier } from '../../regularizers/index.ts';
import type { Weight } from '../../weight.ts';

/** Options of layers whose large weight can be tuned by a product of two small ones. */
export interface LoraConfig {
  /** The inner size of that product: the weight is frozen, and the product added to it is trained. @defaultValue none */
  readonly loraRank?: number | null;
  /**
   * The product is scaled by `loraAlpha / loraRank`; in `Dense` and `Embedding` by 1, as in Keras, where only their
   * `enableLora` takes it. @defaultValue `loraRank`
   */
  readonly loraAlpha?: number | null;
  /** How a layer whose `dtype` is `'int8_from_float32'` quantizes its inputs: an `Int8QuantizationConfig`. @defaultValue one */
  readonly quantizationConfig?: unknown;
}

/** Options of `enableLora`. */
export interface LoraOptions {
  /** @defaultValue the rank: the product is added as it is */
  readonly alpha?: number | null | undefined;
  /** Start of the first factor. @defaultValue `'heUniform'` */
  readonly aInitializer?: InitializerIdentifier;
  /** Start of the second factor. @defaultValue `'zeros'`: nothing is added at first */
  readonly bInitializer?: InitializerIdentifier;
}

/** What the low-rank update is made for. */
interface Target {
  /** The weight that is frozen, already built. */
  readonly weight: Weight | undefined;
  /** `'kernel'` or `'embeddings'`. */
  readonly name: string;
  readonly constraint: unknown;
  readonly regularizer: RegularizerIdentifier | null | undefined;
  readonly isEnabled: boolean;
}

/**
 * A low-rank update of a weight: `weight + (alpha / rank) · a · b`, where only `a` and `b` are trained.
 *
 * Weights: `lora_<name>_a [...shape without the last, rank]`, `lora_<name>_b [rank, last]`.
 *
 * @throws StateError if the layer is not built, or has an update already; ArgumentError if the weight has a constraint
 * @see Hu et al., "LoRA", 2021; Keras 3, `enable_lora` of `keras/src/layers/core/dense.py`
 */
export class LowRankUpdate {
  readonly #weight: Weight;
  readonly #a: Weight;
  readonly #b: Weight;
  readonly #scale: number;

  constructor(layer: Layer, target: Target, rank: number, options: LoraOptions = {}) {
    const who = `Layer '${layer.name}'`;
    const { weight, name, constraint, regularizer } = target;
    requirePositiveInteger(who, 'loraRank', rank);
    if (!weight) throw new StateError(`${who} must be built before a low-rank update is added.`);
    if (weight.stored)
      throw new StateError(`${who} is quantized: a weight of ${weight.stored} has no low-rank update.`);
    if (target.isEnabled) throw new StateError(`${who} has a low-rank update already.`);
    if (constraint)
      throw new ArgumentError(who, `${name}Constraint`, 'null where there is a low-rank update', constraint);
    const { aInitializer = 'heUniform', bInitializer = 'zeros', alpha } = options;
    const shape: Shape = weight.shape;
    this.#weight = weight;
    this.#a = layer.addWeight(`lora_${name}_a`, [...shape.slice(0, -1), rank], aInitializer, { regularizer });
    this.#b = layer.addWeight(`lora_${name}_b`, [rank, shape.at(-1)!], bInitializer, { regularizer });
    this.#scale = (alpha ?? rank) / rank;
    weight.lowRank = { factors: [this.#a, this.#b], total: () => this.value };
    weight.fixed = true;
    weight.trainable = false;
  }

  /** The weight with the update in it. */
  get value(): Tensor {
    const product = ops.matmul(this.#a, this.#b);
    return ops.add(this.#weight, this.#scale === 1 ? product : ops.multiply(product, this.#scale));
  }
}
