import { ArgumentError, type dtypePolicies } from '@capas/core';
import { asSerialized } from '../registry.ts';
import { AbsMaxQuantizer } from './abs-max-quantizer.ts';
import { getQuantizer, type QuantizerIdentifier } from './get-quantizer.ts';
import type { Quantizer } from './quantizer.ts';

/** Options of {@link Int8QuantizationConfig}. */
export interface Int8QuantizationOptions {
  /** What quantizes weights. @defaultValue `AbsMaxQuantizer`, with a scale for each channel of the output */
  readonly weightQuantizer?: QuantizerIdentifier | null;
  /** What quantizes inputs; `null`: nothing does, and only weights are whole numbers. @defaultValue `AbsMaxQuantizer` along the summed axes */
  readonly activationQuantizer?: QuantizerIdentifier | null | 'default';
}

/**
 * How layers are quantized: {@link Int8QuantizationConfig}.
 *
 * @see Keras 3, `keras/src/quantizers/quantization_config.py`
 */
export abstract class QuantizationConfig {
  static readonly className: string = 'QuantizationConfig';
  abstract readonly mode: dtypePolicies.QuantizationMode;
  readonly weightQuantizer: Quantizer | undefined;
  readonly activationQuantizer: Quantizer | undefined;

  constructor(weightQuantizer?: QuantizerIdentifier | null, activationQuantizer?: QuantizerIdentifier | null) {
    this.weightQuantizer = getQuantizer(weightQuantizer);
    this.activationQuantizer = getQuantizer(activationQuantizer);
  }

  /** What is written to files. */
  get config(): Readonly<Record<string, unknown>> {
    const { weightQuantizer = null, activationQuantizer = null } = this;
    return { weightQuantizer, activationQuantizer };
  }
}

/**
 * Weights in whole numbers of 8 bits, inputs too unless `activationQuantizer` is `null`.
 *
 * @example
 * model.quantize(new quantizers.Int8QuantizationConfig({ activationQuantizer: null })); // weights alone
 */
export class Int8QuantizationConfig extends QuantizationConfig {
  static override readonly className: string = 'Int8QuantizationConfig';
  override readonly mode = 'int8';

  constructor({ weightQuantizer, activationQuantizer = 'default' }: Int8QuantizationOptions = {}) {
    super(weightQuantizer, activationQuantizer === 'default' ? new AbsMaxQuantizer() : activationQuantizer);
  }
}

/** What files and options hold: a config, one that is serialized, or nothing, which is that of the defaults. */
export function getQuantizationConfig(identifier: unknown): QuantizationConfig {
  if (identifier instanceof QuantizationConfig) return identifier;
  if (identifier === undefined || identifier === null) return new Int8QuantizationConfig();
  const { className, config } = asSerialized(identifier) ?? {};
  if (className === 'Int8QuantizationConfig') return new Int8QuantizationConfig(config);
  throw new ArgumentError('quantize', 'config', 'an Int8QuantizationConfig', className ?? identifier);
}
