/** An environment variable; `''` where there is none, as in browsers. */
export const environment = (name: string): string => globalThis.process?.env?.[name] ?? '';

/** Writes to the console if the environment variable `CAPAS_DEBUG`, a list with commas, has `topic` in it; else `undefined`. */
export const debugOutput = (topic: string): ((text: string) => void) | undefined =>
  environment('CAPAS_DEBUG').split(',').includes(topic) ? (text) => console.log(text) : undefined;
