import { UnknownNameError } from '@capas/core';
import { Callback } from '../callbacks/callback.ts';
import type { Logs } from './logs.ts';
import type { CallbackState } from './training-run.ts';

/** What `fit` returns: the logs of every epoch. */
export class History<Names extends string = string> extends Callback {
  /** The epochs that were run, from 0. */
  readonly epoch: number[] = [];
  /** The values by name, one per epoch: `history.loss[0]`. */
  readonly history: { [Name in Names]: number[] } = {} as { [Name in Names]: number[] };

  override onEpochEnd(epoch: number, logs: Logs): void {
    this.epoch.push(epoch);
    const record = this.history as Record<string, number[]>;
    for (const [name, value] of Object.entries(logs)) {
      record[name] ??= [];
      record[name].push(value);
    }
  }

  override getState(): CallbackState {
    return { data: { epoch: [...this.epoch], history: { ...this.history } } };
  }

  override setState({ data }: CallbackState): void {
    const { epoch, history } = data as Pick<History, 'epoch' | 'history'>;
    this.epoch.splice(0, this.epoch.length, ...epoch);
    Object.assign(this.history, history);
  }

  /** The epoch with the best value, the smallest for losses and errors and the largest for the rest, and that value. */
  best(
    name: Names,
    mode: 'min' | 'max' = isGain(name) ? 'max' : 'min',
  ): { readonly epoch: number; readonly value: number } {
    const values = (this.history as Record<string, number[] | undefined>)[name];
    if (!values?.length) throw new UnknownNameError('log', name, Object.keys(this.history));
    const value = mode === 'max' ? Math.max(...values) : Math.min(...values);
    return { epoch: this.epoch[values.indexOf(value)]!, value };
  }
}

/** Whether larger is better, by the name of a log. */
export const isGain = (name: string): boolean => /acc|auc|precision|recall|f1|fbeta|iou|score|true_/i.test(name);
