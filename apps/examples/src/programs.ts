import type { Program } from './stage.ts';

/** The programs by name; each is loaded when it is run. */
export const programs: Readonly<Record<string, () => Promise<Program>>> = {
  mnist: async () => (await import('./mnist/main.ts')).run,
  cifar10: async () => (await import('./cifar10/main.ts')).run,
  'fashion-mnist': async () => (await import('./fashion-mnist/main.ts')).run,
  imdb: async () => (await import('./imdb/main.ts')).run,
  autoencoder: async () => (await import('./autoencoder/main.ts')).run,
};
