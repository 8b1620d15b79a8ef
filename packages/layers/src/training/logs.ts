/** Values by name, as callbacks and `evaluate` get them: `{ accuracy: 0.98, loss: 0.07 }`. */
export type Logs<Names extends string = string> = { [Name in Names]: number };

/** The same logs under names with a prefix, for validation: `val_loss`. */
export const prefixed = (prefix: string, logs: Logs): Logs =>
  Object.fromEntries(Object.entries(logs).map(([name, value]) => [`${prefix}${name}`, value]));
