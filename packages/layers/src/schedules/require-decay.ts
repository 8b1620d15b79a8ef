import { ArgumentError, requireNumber } from '@capas/core';

/** Returns the options that every decay has, checked. */
export function requireDecay<Config extends { readonly initialLearningRate: number; readonly decaySteps: number }>(
  who: string,
  config: Config,
): Config {
  requireNumber(who, 'initialLearningRate', config.initialLearningRate);
  requirePositive(who, 'decaySteps', config.decaySteps);
  return config;
}

/** Returns `value` if it is a number above 0. */
export function requirePositive(who: string, argument: string, value: unknown): number {
  if (!(typeof value === 'number' && value > 0 && value < Infinity)) {
    throw new ArgumentError(who, argument, 'a positive number', value);
  }
  return value;
}
