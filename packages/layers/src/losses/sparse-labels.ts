import { ArgumentError, HostArray } from '@capas/core';

/** Options of {@link checkSparseLabels}. */
export interface SparseLabelOptions {
  /** A label that stands for no class and does not count. @defaultValue `null`: none */
  readonly ignoreClass?: number | null | undefined;
}

/**
 * Checks that labels are numbers of classes, `0` to `numClasses − 1`. It reads values, so it runs on the data set, once,
 * and not inside a loss.
 *
 * @param who the loss, for the message
 * @throws ArgumentError naming the loss, the number of classes and the first label out of range.
 */
export function checkSparseLabels(
  yTrue: HostArray | ArrayLike<number>,
  numClasses: number,
  who: string,
  options: SparseLabelOptions = {},
): void {
  const read = yTrue instanceof HostArray && yTrue.dtype === 'float16' ? (i: number) => yTrue.get(i) : undefined;
  const data = (yTrue instanceof HostArray ? yTrue.data : yTrue) as ArrayLike<number>;
  const { ignoreClass } = options;
  for (let i = 0; i < data.length; i++) {
    const label = read ? read(i) : data[i]!;
    if (label === ignoreClass || (label >= 0 && label < numClasses && Number.isInteger(label))) continue;
    throw new ArgumentError(
      who,
      'yTrue',
      `class numbers, integers from 0 to ${numClasses - 1} for the ${numClasses} classes of the prediction`,
      label,
      advice(data, i, label, numClasses),
    );
  }
}

function advice(data: ArrayLike<number>, at: number, label: number, numClasses: number): string {
  const where = `It is label ${at} of ${data.length}.`;
  if (!Number.isInteger(label)) return `${where} A sparse loss takes whole numbers; is this a regression?`;
  let low = label;
  for (let i = 0; i < data.length; i++) if (data[i]! < low) low = data[i]!;
  if (label === numClasses && low === 1) return `${where} Labels that start at 1 need 1 subtracted.`;
  return `${where} Give the last layer one unit per class, or leave such samples out.`;
}
