/** The paths of the layers that are being called now, outermost first. */
const origins: string[] = [];

/** Runs `fn`; what is traced meanwhile comes from `path`, unless an inner call says more. */
export function withOrigin<T>(path: string, fn: () => T): T {
  origins.push(path);
  try {
    return fn();
  } finally {
    origins.pop();
  }
}

/** The path of the innermost layer that is being called. */
export const currentOrigin = (): string | undefined => origins.at(-1);

const GRADIENT = 'gradient of ';

/** Where the gradient of what comes from `path` comes from. */
export const gradientOrigin = (path: string): string => GRADIENT + path;

/** Where an instruction comes from. */
export interface Origin {
  /** The path of the layer; `''` where there is none. */
  readonly layer: string;
  /** The kernel that it is, or was a part of. */
  readonly kernel: string;
  /** Whether it computes a gradient. */
  readonly isGradient: boolean;
}

/** Takes the origin of an instruction apart: `'gradient of net/dense/BatchMatMul'`. */
export function readOrigin(origin: string): Origin {
  const isGradient = origin.startsWith(GRADIENT);
  const path = isGradient ? origin.slice(GRADIENT.length) : origin;
  const end = path.lastIndexOf('/');
  return { layer: path.slice(0, Math.max(0, end)), kernel: path.slice(end + 1), isGradient };
}
