import { CapasError } from '../errors.ts';

/**
 * Why a function cannot be traced:
 * - `host read`: it looks at values (`dataSync`, `print`)
 * - `host random`: tfjs draws its random numbers in JavaScript
 * - `value-dependent shape`: the shape of a result depends on values, or the kernel works on the host
 * - `frozen value`: a JavaScript value differs from call to call
 * - `variable`: it makes, drops or bypasses state
 * - `async`: it returns a promise
 * - `engine`: it changes the backend or profiles
 * - `leaked tensor`: a tensor of a trace was used after it, or one that was disposed of
 * - `dtype`: strings, and complex numbers in a program
 * - `nested`: a trace within a trace
 */
export type TraceReason =
  | 'host read'
  | 'host random'
  | 'value-dependent shape'
  | 'frozen value'
  | 'variable'
  | 'async'
  | 'engine'
  | 'leaked tensor'
  | 'dtype'
  | 'nested';

/** Where in the traced function something happens. */
export interface TracePlace {
  /** The tfjs op or kernel: `'randomUniform'`. */
  readonly op?: string | undefined;
  /** The path of the layer: `'sequential/dense'`. */
  readonly origin?: string | undefined;
}

/** A function cannot become a program: says which op of which layer, why, and what to do. It still runs eagerly. */
export class TraceError extends CapasError {
  override name = 'TraceError';
  readonly reason: TraceReason;
  readonly op: string | undefined;
  readonly origin: string | undefined;

  /** @param explanation what is wrong and what to do, in sentences */
  constructor(reason: TraceReason, explanation: string, { op, origin }: TracePlace = {}) {
    super(`Cannot trace ${op ? `'${op}'` : 'the function'}${origin ? ` in '${origin}'` : ''}: ${explanation}`);
    this.reason = reason;
    this.op = op;
    this.origin = origin;
  }
}
