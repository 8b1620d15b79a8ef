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
