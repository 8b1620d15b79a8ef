import { ArgumentError, requireInteger, requireNumber, requireOneOf } from '@capas/core';

/** A value of a hyperparameter. */
export type HyperValue = number | string | boolean;

/** Options of a number to choose. */
export interface RangeConfig {
  readonly minValue: number;
  /** The largest value, itself included. */
  readonly maxValue: number;
  /** The distance of values; with `sampling: 'log'` their ratio. @defaultValue 1 for integers in linear sampling, else none */
  readonly step?: number | null;
  /** How values are spread: `'log'` as many from 0.001 to 0.01 as from 0.01 to 0.1. @defaultValue `'linear'` */
  readonly sampling?: 'linear' | 'log' | 'reverseLog';
  /** @defaultValue `minValue` */
  readonly default?: number | null;
}

/** The values that a hyperparameter can have. */
export interface Domain<Value extends HyperValue = HyperValue> {
  /** The values for a search in a grid: all, or ten of a continuous range. */
  readonly grid: readonly Value[];
  /** The value at a place from 0 to 1 (excluded). */
  at(place: number): Value;
  readonly default: Value;
}

/** One of some values. */
export function choiceDomain<Value extends HyperValue>(values: readonly Value[], byDefault?: Value): Domain<Value> {
  return {
    grid: values,
    at: (place) => values[Math.floor(place * values.length)]!,
    default: byDefault ?? values[0]!,
  };
}

/** An integer in a range. @param who the name of the hyperparameter, for messages */
export function intDomain(who: string, config: RangeConfig): Domain<number> {
  for (const key of ['minValue', 'maxValue'] as const) requireInteger(who, key, config[key]);
  const { sampling = 'linear', step = sampling === 'linear' ? 1 : null } = config;
  if (step !== null) requireInteger(who, 'step', step, 1);
  // up to just below the next integer, so that the largest is drawn as often as the others
  const domain = rangeDomain(who, { ...config, sampling, step }, step === null ? 1 : 0);
  const whole = (value: number): number => Math.min(config.maxValue, Math.floor(value + 1e-9));
  return { ...domain, grid: [...new Set(domain.grid.map(whole))], at: (place) => whole(domain.at(place)) };
}

/** A number in a range. @param who the name of the hyperparameter, for messages */
export const floatDomain = (who: string, config: RangeConfig): Domain<number> => rangeDomain(who, config, 0);

function rangeDomain(who: string, config: RangeConfig, beyond: number): Domain<number> {
  const { minValue, step = null, sampling = 'linear' } = config;
  requireOneOf(who, 'sampling', sampling, ['linear', 'log', 'reverseLog']);
  requireNumber(who, 'minValue', minValue, sampling === 'linear' ? undefined : Number.MIN_VALUE);
  const maxValue = requireNumber(who, 'maxValue', config.maxValue, minValue) + beyond;
  const byDefault = config.default ?? minValue;
  if (step === null) {
    const at = (place: number): number => placed(sampling, minValue, maxValue, place);
    return { grid: Array.from({ length: 10 }, (_, i) => at(i / 9)), at, default: byDefault };
  }
  const isRatio = sampling !== 'linear';
  if (!(step > (isRatio ? 1 : 0))) throw new ArgumentError(who, 'step', `above ${isRatio ? 1 : 0}`, step);
  const count = isRatio ? Math.log(maxValue / minValue) / Math.log(step) : (maxValue - minValue) / step;
  const values = Array.from({ length: Math.floor(count + 1e-8) + 1 }, (_, i) =>
    isRatio ? minValue * step ** i : minValue + step * i,
  );
  return choiceDomain(
    sampling === 'reverseLog' ? values.map((value) => minValue + maxValue - value) : values,
    byDefault,
  );
}

function placed(sampling: 'linear' | 'log' | 'reverseLog', min: number, max: number, place: number): number {
  if (sampling === 'linear') return min + (max - min) * place;
  if (sampling === 'log') return min * (max / min) ** place;
  return max + min - min * (max / min) ** (1 - place);
}
