/** Everything that is compared: how the process of a task is started, and which programs it cannot do. */
import { fileURLToPath } from 'node:url';

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const python = (file, env = {}) => ({ file: path(`python/${file}`), isPython: true, env });

const capas = (backend, more = {}) => ({ file: path('capas.mjs'), task: { backend }, ...more });
/** An interpreter of programs, or kernels in plain JavaScript: few steps, and none of those that take minutes. */
const slow = { steps: 0.1, cannot: ['imdb', 'cifar'] };

/** `task` is added to the task; `steps` is the share of a program's steps that an epoch has. */
export const backends = {
  native: capas('native'),
  wasm: capas('wasm'),
  'wasm-threads': { ...capas('wasm'), task: { backend: 'wasm', hasThreads: true } },
  js: capas('js', slow),
  'native-eager': { ...capas('native'), task: { backend: 'native', isEager: true } },
  'wasm-eager': { ...capas('wasm'), task: { backend: 'wasm', isEager: true } },
};

// Kernels that stock tfjs lacks on WASM: UnsortedSegmentSum, Conv2DBackpropFilter.
const tfjs = (backend, cannot, more = {}) => ({ file: path('tfjs.mjs'), task: { backend }, cannot, ...more });

export const peers = {
  'keras-tensorflow': python('keras_fit.py', { KERAS_BACKEND: 'tensorflow' }),
  'keras-jax': python('keras_fit.py', { KERAS_BACKEND: 'jax' }),
  'keras-torch': { ...python('keras_fit.py', { KERAS_BACKEND: 'torch' }), steps: 0.2 },
  torch: { ...python('torch_fit.py'), task: { isCompiled: false } },
  'torch-compiled': { ...python('torch_fit.py'), task: { isCompiled: true } },
  'tfjs-wasm': tfjs('wasm', ['imdb', 'cifar'], { steps: 0.2 }),
  'tfjs-cpu': tfjs('cpu', slow.cannot, { steps: slow.steps }),
};
