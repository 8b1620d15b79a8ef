import { camelizeConfig } from '../keras-config.ts';

type Json = Readonly<Record<string, unknown>>;

/** The `trainingConfig` of a `model.json` as what Keras calls a compile config: optimizers under the names of their options in Keras. */
export function tfjsCompileConfig({ loss, metrics, optimizer_config: optimizer }: Json): Json | undefined {
  const { class_name: className, config = {} } = (optimizer ?? {}) as { class_name?: string; config?: Json };
  const known = className === undefined ? undefined : OPTIMIZERS[className];
  if (!known) return undefined;
  const given = camelizeConfig(config);
  const options = known.options.flatMap(([theirs, ours]) =>
    given[theirs] === undefined ? [] : [[ours, given[theirs]]],
  );
  return {
    optimizer: { class_name: known.className, config: Object.fromEntries(options) },
    loss: loss ?? null,
    metrics: metrics ?? null,
  };
}

const same = (...names: string[]): (readonly [string, string])[] => names.map((name) => [name, name] as const);

const rms = [...same('learningRate', 'rho', 'momentum', 'epsilon', 'centered'), ['decay', 'rho']] as const;

/** Optimizers of tfjs and of Keras 2, and their options. A `decay` of the learning rate in Keras 2 is no option of Keras 3. */
const OPTIMIZERS: Readonly<
  Record<string, { readonly className: string; readonly options: readonly (readonly [string, string])[] } | undefined>
> = {
  Adadelta: { className: 'Adadelta', options: same('learningRate', 'rho', 'epsilon') },
  Adagrad: { className: 'Adagrad', options: same('learningRate', 'initialAccumulatorValue', 'epsilon') },
  Adam: { className: 'Adam', options: same('learningRate', 'beta1', 'beta2', 'epsilon', 'amsgrad') },
  Adamax: { className: 'Adamax', options: same('learningRate', 'beta1', 'beta2', 'epsilon') },
  Momentum: {
    className: 'SGD',
    options: [...same('learningRate', 'momentum'), ['useNesterov', 'nesterov']],
  },
  RMSProp: { className: 'RMSprop', options: rms },
  RMSprop: { className: 'RMSprop', options: same('learningRate', 'rho', 'momentum', 'epsilon', 'centered') },
  SGD: { className: 'SGD', options: same('learningRate', 'momentum', 'nesterov') },
};
