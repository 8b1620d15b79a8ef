/** Process-wide counters of automatic names: `dense`, `dense_1`, … as Keras gives them. */
const counters = new Map<string, number>();

/** The names of the models and layers that are being built now, outermost first. */
const scopes: string[] = [];

/** A new name for a layer of this class: `BatchNormalization` → `batch_normalization`, then `batch_normalization_1`. */
export function autoName(className: string): string {
  const base = snakeCase(className);
  const count = counters.get(base) ?? 0;
  counters.set(base, count + 1);
  return count === 0 ? base : `${base}_${count}`;
}

/** Starts automatic names from the beginning again: the next dense layer is `dense`. */
export function clearSession(): void {
  counters.clear();
}

/** Runs `fn` while `name` stands in front of the paths of new weights: `dense/kernel`. */
export function withNameScope<T>(name: string, fn: () => T): T {
  scopes.push(name);
  try {
    return fn();
  } finally {
    scopes.pop();
  }
}

/** The path of something that is made now. */
export const currentPath = (name: string): string => [...scopes, name].join('/');

/** `Conv2DTranspose` → `conv2d_transpose`, as Keras spells it. */
export const snakeCase = (name: string): string =>
  name
    .replaceAll(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replaceAll(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
