import { ArgumentError } from '@capas/core';
import { choiceDomain, type Domain, floatDomain, type HyperValue, intDomain, type RangeConfig } from './domain.ts';

/** What chooses the value of a hyperparameter that has none yet; `index` says how many were chosen before. */
export type Chooser = (name: string, domain: Domain, index: number) => HyperValue;

/**
 * The hyperparameters of a model. A function that builds a model asks it for values; which ones it is asked for may depend on
 * the values it gave: `if (hp.boolean('dropout')) …`. The same name gets the same value.
 *
 * @see KerasTuner, `keras_tuner/engine/hyperparameters/hyperparameters.py`
 */
export class HyperParameters {
  /** The values by name, in the order in which they were asked for. */
  readonly values: Record<string, HyperValue>;
  /** What could have been chosen, for each value that was not given. */
  readonly domains: Record<string, Domain> = {};
  readonly #choose: Chooser;

  /** @param values those that are given; others get their default */
  constructor(values: Readonly<Record<string, HyperValue>> = {}, choose: Chooser = (_, domain) => domain.default) {
    this.values = { ...values };
    this.#choose = choose;
  }

  /** An integer: `hp.int('units', { minValue: 32, maxValue: 512, step: 32 })`. */
  int(name: string, config: RangeConfig): number {
    return this.#value(name, intDomain(`hp.int('${name}')`, config));
  }

  /** A number: `hp.float('rate', { minValue: 1e-4, maxValue: 1e-1, sampling: 'log' })`. */
  float(name: string, config: RangeConfig): number {
    return this.#value(name, floatDomain(`hp.float('${name}')`, config));
  }

  /** One of some values: `hp.choice('activation', ['relu', 'tanh'])`. The first is the default. */
  choice<const Value extends HyperValue>(
    name: string,
    values: readonly Value[],
    config: { readonly default?: NoInfer<Value> } = {},
  ): Value {
    if (!Array.isArray(values) || values.length === 0)
      throw new ArgumentError(`hp.choice('${name}')`, 'values', 'a list of at least one value', values);
    if (config.default !== undefined && !values.includes(config.default))
      throw new ArgumentError(`hp.choice('${name}')`, 'default', 'one of the values', config.default);
    return this.#value(name, choiceDomain(values, config.default));
  }

  /** `true` or `false`. */
  boolean(name: string, config: { readonly default?: boolean } = {}): boolean {
    return this.choice(name, [false, true], config);
  }

  /** A value that is not chosen, but stands in the results. */
  fixed<const Value extends HyperValue>(name: string, value: Value): Value {
    return this.choice(name, [value]);
  }

  /** What `body` gives where another hyperparameter has one of these values, else `undefined`: what it asks for is not chosen then. */
  conditionalScope<Result>(parent: string, values: readonly HyperValue[], body: () => Result): Result | undefined {
    return values.includes(this.get(parent)) ? body() : undefined;
  }

  /** The value of a name that was asked for before. */
  get(name: string): HyperValue {
    const value = this.values[name];
    if (value === undefined)
      throw new ArgumentError(
        'hp.get',
        'name',
        `one of ${Object.keys(this.values).join(', ') || 'those asked for'}`,
        name,
      );
    return value;
  }

  #value<Value extends HyperValue>(name: string, domain: Domain<Value>): Value {
    // names may be like those of Object.prototype
    if (!Object.hasOwn(this.values, name)) {
      this.values[name] = this.#choose(name, domain, Object.keys(this.domains).length);
      this.domains[name] = domain;
    }
    return this.values[name] as Value;
  }
}
