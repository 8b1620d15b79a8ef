import { noticeOnce, requireNumber, requireOneOf } from '@capas/core';
import { isGain } from '../training/history.ts';
import type { Logs } from '../training/logs.ts';

/** Options of callbacks that watch a log. */
export interface MonitorConfig {
  /** The log to watch. @defaultValue `'val_loss'` */
  readonly monitor?: string;
  /** Whether smaller or larger is better; `'auto'` decides by the name. @defaultValue `'auto'` */
  readonly mode?: 'auto' | 'min' | 'max';
  /** A change counts as better only if it is larger than this. */
  readonly minDelta?: number;
}

/**
 * A log that a callback watches, and what counts as better.
 *
 * @see Keras 3, `keras/src/callbacks/monitor_callback.py`
 */
export class Monitor {
  readonly #who: string;
  readonly #name: string;
  readonly #isLarger: boolean;
  readonly #minDelta: number;

  /** @param who the callback, for messages */
  constructor(who: string, { monitor, mode, minDelta }: Required<MonitorConfig>) {
    requireOneOf(who, 'mode', mode, ['auto', 'min', 'max']);
    this.#who = who;
    this.#name = monitor;
    this.#isLarger = mode === 'max' || (mode === 'auto' && isGain(monitor));
    this.#minDelta = Math.abs(requireNumber(who, 'minDelta', minDelta));
  }

  /** The value of the log; where it is missing that is said once. */
  valueIn(logs: Logs): number | undefined {
    const value = logs[this.#name];
    if (value === undefined) {
      const names = Object.keys(logs).join(', ');
      noticeOnce(`${this.#who} watches '${this.#name}', which is not among the logs: ${names}.`);
    }
    return value;
  }

  /** Whether a value is better than another one. Any is better than none. */
  isBetter(value: number, reference: number | undefined): boolean {
    if (reference === undefined) return true;
    return this.#isLarger ? value - this.#minDelta > reference : value + this.#minDelta < reference;
  }
}
