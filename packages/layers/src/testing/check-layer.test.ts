import { cpu } from '@capas/backend-cpu';
import { keep, ops, type PartialShape, type Tensor, useBackend } from '@capas/core';
import { beforeAll, expect, test } from 'vitest';
import { Layer } from '../layer.ts';
import type { LayerConfig } from '../layer-config.ts';
import type { Weight } from '../weight.ts';
import { checkLayer } from './check-layer.ts';

beforeAll(() => useBackend(cpu({ prefer: ['js'] })));

/** A layer that keeps its promises; the others break one each. */
class Scale extends Layer {
  static override readonly className: string = 'Scale';
  factor!: Weight;

  override build(): void {
    this.factor = this.addWeight('factor', [], 'ones');
  }

  override call(x: Tensor): Tensor {
    return ops.multiply(x, this.factor);
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    return inputShape;
  }
}

class Shapes extends Scale {
  override computeOutputShape([batch, ...rest]: PartialShape): PartialShape {
    return [batch!, ...rest, 1];
  }
}

class FixedBatch extends Scale {
  override computeOutputShape([, ...rest]: PartialShape): PartialShape {
    return [2, ...rest];
  }
}

class Leaks extends Scale {
  override call(x: Tensor): Tensor {
    return ops.multiply(keep(ops.add(x, 0)), this.factor);
  }
}

class NoGradient extends Scale {
  override call(x: Tensor): Tensor {
    return ops.multiply(x, ops.stopGradient(this.factor));
  }
}

class Forgetful extends Scale {
  readonly #size: number;

  constructor(config: LayerConfig & { readonly size?: number } = {}) {
    super({ name: config.name });
    this.#size = config.size ?? 1;
  }

  override call(x: Tensor): Tensor {
    return ops.multiply(super.call(x), this.#size);
  }
}

class Reads extends Scale {
  override call(x: Tensor): Tensor {
    return ops.multiply(super.call(x), x.dataSync().length / 6);
  }
}

class Immortal extends Scale {
  override dispose(): void {}
}

const contract = { config: {}, inputShape: [2, 3], outputShape: [2, 3], weights: { factor: [] } } as const;

test('a layer that keeps it', () => {
  expect(() => checkLayer(Scale, contract)).not.toThrow();
});

test.each([
  [Shapes, {}, 'shape of a symbolic output: [null, 3, 1] instead of [null, 3]'],
  [FixedBatch, {}, 'shape of a symbolic output: [2, 3] instead of [null, 3]'],
  [Leaks, {}, 'tensors in memory after calls'],
  [NoGradient, {}, "weight 'factor' has no gradient"],
  [Forgetful, { config: { size: 3 } }, 'output of a revived layer'],
  [Immortal, {}, 'dispose leaves weights'],
  [Reads, {}, 'as a program it cannot be traced: Cannot trace'],
  [Scale, { isTraced: false }, 'as a program it can be traced, though its contract says that it cannot'],
  [Scale, { weights: { kernel: [] } }, 'weights: factor [] instead of kernel []'],
  [Scale, { weights: {} }, 'weights: factor [] instead of '],
  [Scale, { outputShape: [2, 4] }, 'shape of a symbolic output: [null, 3] instead of [null, 4]'],
  [Scale, { outputDType: 'int32' }, 'dtype of a symbolic output: float32 instead of int32'],
  [Scale, { fixedWeights: ['factor'] }, 'weights that are not trained:  instead of factor'],
] as const)('%o breaks it: %o', (LayerClass, change, message) => {
  expect(() => checkLayer(LayerClass as typeof Scale, { ...contract, ...change } as never)).toThrow(message);
});
