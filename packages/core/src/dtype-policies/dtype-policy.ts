import { ArgumentError } from '../errors.ts';
import { globalPolicy } from './global-policy.ts';

/**
 * In which dtype a layer computes, and in which it keeps its weights.
 *
 * `'mixed_bfloat16'` and `'mixed_float16'` compute in 16 bits on weights of float32. The name of a dtype is the policy for both.
 * Tensors know no floats of 16 bits: their numbers are float32, rounded where they enter a layer and where they leave it.
 *
 * @throws ArgumentError for a name that is none of these; for float64, which tensors have not
 * @see Keras 3, `keras/src/dtype_policies/dtype_policy.py`
 * @example
 * new DTypePolicy('mixed_bfloat16').computeDtype; // 'bfloat16'
 */
export class DTypePolicy {
  static readonly className: string = 'DTypePolicy';
  readonly name: string;
  readonly computeDtype: string;
  readonly variableDtype: string;

  /** @param name by default that of `config.dtypePolicy()` */
  constructor(name?: string | null) {
    this.name = mixedNames[name as string] ?? name ?? globalPolicy.current?.name ?? 'float32';
    const [compute, variable] = dtypesOf(this.name);
    this.computeDtype = compute;
    this.variableDtype = variable;
  }

  /** How weights are quantized: `undefined` where they are not. */
  get quantizationMode(): 'int8' | undefined {
    return undefined;
  }

  /** What is written to files. */
  get config(): Readonly<Record<string, unknown>> {
    return { name: this.name };
  }

  /** What stands for it in options: its name; a map stands for itself. */
  get identifier(): DTypePolicy | string {
    return this.name;
  }

  /** What stands of it in the JSON of a config. */
  toJSON(): object {
    return { className: (this.constructor as typeof DTypePolicy).className, config: this.config };
  }

  /** The policy of the layer with a path: this one, unless it is a map. */
  at(_path: string): DTypePolicy {
    return this;
  }
}

const mixedNames: Readonly<Record<string, string>> = {
  mixedBfloat16: 'mixed_bfloat16',
  mixedFloat16: 'mixed_float16',
};

/** The dtypes of Keras, but for those of floats that no tensor can hold. */
const DTYPES: ReadonlySet<string> = new Set(
  'float32 bfloat16 float16 int8 int16 int32 int64 uint8 uint16 uint32 uint64 bool string complex64'.split(' '),
);

function dtypesOf(name: string): readonly [compute: string, variable: string] {
  if (name === 'mixed_bfloat16') return ['bfloat16', 'float32'];
  if (name === 'mixed_float16') return ['float16', 'float32'];
  if (DTYPES.has(name)) return [name, name];
  const hint = name === 'float64' ? 'Tensors have no floats of 64 bits.' : '';
  throw new ArgumentError('DTypePolicy', 'name', EXPECTED, name, hint);
}

const EXPECTED = "'float32', 'mixed_bfloat16', 'mixed_float16', 'bfloat16', 'float16' or the name of another dtype";
