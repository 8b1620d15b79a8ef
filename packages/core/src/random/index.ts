export { binomial } from './binomial.ts';
export type { SeedOption } from './draw.ts';
export { beta, gamma } from './gamma.ts';
export {
  bernoulli,
  categorical,
  dropout,
  normal,
  randint,
  shuffle,
  truncatedNormal,
  uniform,
} from './random-ops.ts';
