import { ArgumentError } from '../errors.ts';
import { DTypePolicy } from './dtype-policy.ts';

/** How weights are quantized. */
export type QuantizationMode = 'int8';

/**
 * The policy of layers whose weights are quantized: `'int8_from_float32'`. They compute and keep their other weights as the policy they
 * had before says.
 *
 * @param mode `'int8'`
 * @param sourceName the policy before. @defaultValue that of `config.dtypePolicy()`
 * @throws ArgumentError for another mode, and for a policy that computes in float16: it has no room for products of int8
 * @see Keras 3, `keras/src/dtype_policies/dtype_policy.py`
 * @example
 * new QuantizedDTypePolicy('int8', 'mixed_bfloat16').name; // 'int8_from_mixed_bfloat16'
 */
export class QuantizedDTypePolicy extends DTypePolicy {
  static override readonly className: string = 'QuantizedDTypePolicy';
  /** The policy before. */
  readonly sourceName: string;
  override readonly name: string;

  constructor(mode: QuantizationMode, sourceName?: string | null) {
    super(sourceName);
    this.sourceName = new DTypePolicy(sourceName).name;
    this.name = `${requireQuantizationMode('QuantizedDTypePolicy', mode)}_from_${this.sourceName}`;
    if (this.computeDtype === 'float16')
      throw new ArgumentError(
        'QuantizedDTypePolicy',
        'sourceName',
        'a policy that does not compute in float16',
        sourceName,
      );
  }

  override get quantizationMode(): QuantizationMode {
    return 'int8';
  }

  override get config(): Readonly<Record<string, unknown>> {
    return { mode: this.quantizationMode, source_name: this.sourceName };
  }
}

/** A mode of quantization, checked. @throws ArgumentError for one that Keras has and we have not, and for any other */
export function requireQuantizationMode(who: string, mode: unknown): QuantizationMode {
  if (mode === 'int8') return mode;
  const isOther = typeof mode === 'string' && OTHER_MODES.test(mode);
  throw new ArgumentError(who, 'mode', "'int8'", mode, isOther ? "Of Keras's modes there is 'int8' alone." : '');
}

/** Keras's modes that are not there, with what may follow them in the names of policies. */
const OTHER_MODES = /^(int4|float8|gptq|awq)(\/|$)/;
