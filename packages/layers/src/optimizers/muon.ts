import { ops, requireInteger, requireNumber, scope, type Tensor, type Variable } from '@capas/core';
import type { GradientPair } from './gradient-pairs.ts';
import { Optimizer, type Step } from './optimizer.ts';
import type { OptimizerConfig } from './optimizer-config.ts';

/** Options of {@link Muon}; the learning rate is 0.001 and the weight decay 0.004 unless given. */
export interface MuonConfig extends OptimizerConfig {
  /** @defaultValue 0.9 */
  readonly adamBeta1?: number;
  /** @defaultValue 0.999 */
  readonly adamBeta2?: number;
  /** The weight decay of the variables that Adam updates. @defaultValue 0.004 */
  readonly adamWeightDecay?: number | null;
  /** @defaultValue 1e-7 */
  readonly epsilon?: number;
  /** Regular expressions: variables whose path matches one are updated by Adam. @defaultValue `[]` */
  readonly excludeLayers?: readonly string[];
  /** Whether variables with 'embedding' in their path are updated by Adam. @defaultValue `true` */
  readonly excludeEmbeddings?: boolean;
  /** The coefficients of the Newton-Schulz iteration. @defaultValue 3.4445 */
  readonly muonA?: number;
  /** @defaultValue -4.775 */
  readonly muonB?: number;
  /** @defaultValue 2.0315 */
  readonly muonC?: number;
  /** What the learning rate is multiplied by for Adam. @defaultValue 1 */
  readonly adamLrRatio?: number;
  /** @defaultValue 0.95 */
  readonly momentum?: number;
  /** The number of Newton-Schulz iterations. @defaultValue 5 */
  readonly nsSteps?: number;
  /** @defaultValue `true` */
  readonly nesterov?: boolean;
  /** The root mean square of a step, for any shape; `null`: as it comes out. @defaultValue 0.2 */
  readonly rmsRate?: number | null;
}

type Own = Required<Omit<MuonConfig, keyof OptimizerConfig>>;

/**
 * Momentum whose step is made orthogonal, for matrices; AdamW for everything else.
 *
 * @see Jordan, 2024, https://kellerjordan.github.io/posts/muon/
 */
export class Muon extends Optimizer<Own> {
  static override readonly className = 'Muon';
  readonly #momentums = new Map<Variable, Variable>();
  readonly #velocities = new Map<Variable, Variable>();

  constructor(config: MuonConfig = {}) {
    const number = (key: keyof Own, value: number): number =>
      requireNumber('Muon', key, config[key as keyof MuonConfig] ?? value);
    super(
      { learningRate: 0.001, weightDecay: 0.004, ...config },
      {
        adamBeta1: number('adamBeta1', 0.9),
        adamBeta2: number('adamBeta2', 0.999),
        adamWeightDecay: config.adamWeightDecay === undefined ? 0.004 : config.adamWeightDecay,
        epsilon: number('epsilon', 1e-7),
        excludeLayers: config.excludeLayers ?? [],
        excludeEmbeddings: config.excludeEmbeddings ?? true,
        muonA: number('muonA', 3.4445),
        muonB: number('muonB', -4.775),
        muonC: number('muonC', 2.0315),
        adamLrRatio: number('adamLrRatio', 1),
        momentum: number('momentum', 0.95),
        nsSteps: requireInteger('Muon', 'nsSteps', config.nsSteps ?? 5, 1),
        nesterov: config.nesterov ?? true,
        rmsRate: config.rmsRate === undefined ? 0.2 : config.rmsRate,
      },
    );
  }

  protected override buildSlots(variables: readonly Variable[]): void {
    const add = (variable: Variable, name: string, slots: Map<Variable, Variable>): void => {
      const [added] = this.addSlots([variable], [name]);
      slots.set(variable, added.get(variable)!);
    };
    for (const variable of variables) {
      add(variable, 'momentum', this.#momentums);
      if (this.#isForAdam(variable)) add(variable, 'velocity', this.#velocities);
    }
  }

  protected override weightDecayOf(variable: Variable): number | null {
    return this.#isForAdam(variable) ? this.config.adamWeightDecay : this.config.weightDecay;
  }

  protected override update(pairs: readonly GradientPair[], step: Step): void {
    const alpha = this.#adamRate(step);
    for (const { gradient, variable } of pairs) {
      const momentum = this.#momentums.get(variable)!;
      const velocity = this.#velocities.get(variable);
      const change = velocity
        ? this.#adamChange(gradient, momentum, velocity, alpha)
        : this.#muonChange(gradient, momentum, step.learningRate);
      this.assign(variable, ops.subtract(variable.value, change));
    }
  }

  #isForAdam({ shape, path }: Variable): boolean {
    const { excludeEmbeddings, excludeLayers } = this.config;
    if (shape.length !== 2) return true;
    if (excludeEmbeddings && path.toLowerCase().includes('embedding')) return true;
    return excludeLayers.some((pattern) => new RegExp(pattern).test(path));
  }

  #adamRate({ learningRate, number }: Step): Tensor {
    const { adamBeta1, adamBeta2, adamLrRatio } = this.config;
    const root = ops.sqrt(ops.subtract(1, ops.power(adamBeta2, number)));
    const correction1 = ops.subtract(1, ops.power(adamBeta1, number));
    return ops.divide(ops.multiply(ops.multiply(learningRate, adamLrRatio), root), correction1);
  }

  #adamChange(gradient: Tensor, momentum: Variable, velocity: Variable, alpha: Tensor): Tensor {
    const { adamBeta1, adamBeta2, epsilon } = this.config;
    const approach = (slot: Variable, x: Tensor, share: number): Tensor => {
      const value = ops.add(slot.value, ops.multiply(ops.subtract(x, slot.value), share));
      this.assign(slot, value);
      return value;
    };
    const mean = approach(momentum, gradient, 1 - adamBeta1);
    const square = approach(velocity, ops.square(gradient), 1 - adamBeta2);
    return ops.divide(ops.multiply(mean, alpha), ops.add(ops.sqrt(square), epsilon));
  }

  #muonChange(gradient: Tensor, slot: Variable, learningRate: Tensor): Tensor {
    const { momentum, nesterov, rmsRate } = this.config;
    const sum = ops.add(gradient, ops.multiply(slot.value, momentum));
    this.assign(slot, sum);
    const direction = this.#orthogonal(nesterov ? ops.add(gradient, ops.multiply(sum, momentum)) : sum);
    const size = rmsRate === null ? 1 : Math.sqrt(Math.max(...slot.shape)) * rmsRate;
    return ops.multiply(direction, ops.multiply(learningRate, size));
  }

  /** About the nearest matrix with orthonormal rows or columns, by Newton-Schulz iterations. */
  #orthogonal(matrix: Tensor): Tensor {
    const { muonA, muonB, muonC, nsSteps } = this.config;
    return scope(() => {
      const isTall = matrix.shape[0]! > matrix.shape[1]!;
      const wide = isTall ? ops.transpose(matrix) : matrix;
      let x = ops.divide(wide, ops.add(ops.sqrt(ops.sum(ops.square(wide))), 1e-7));
      for (let i = 0; i < nsSteps; i++) {
        const gram = ops.matmul(x, ops.transpose(x));
        const higher = ops.add(ops.multiply(gram, muonB), ops.multiply(ops.matmul(gram, gram), muonC));
        x = ops.add(ops.multiply(x, muonA), ops.matmul(higher, x));
      }
      return isTall ? ops.transpose(x) : x;
    });
  }
}

/** Makes a {@link Muon} optimizer. */
export const muon = (config: MuonConfig = {}): Muon => new Muon(config);
