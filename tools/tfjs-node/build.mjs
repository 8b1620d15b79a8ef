#!/usr/bin/env node
/**
 * Builds the native binding of `@tensorflow/tfjs-node` against a current TensorFlow wheel, because the package's own
 * download carries TensorFlow 2.9.1 and does not exist for every platform. See README.md beside this file.
 *
 *   node tools/tfjs-node/build.mjs [--dir DIR] [--tensorflow 2.21.0] [--wheel tensorflow-cpu] [--python python3]
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const TFJS_VERSION = '4.22.0';
const NODE_API_VERSION = 8;
const NODE_API_HEADERS_VERSION = '1.9.0';
const REPOSITORY = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

const { values: options } = parseArgs({
  options: {
    dir: { type: 'string', default: join(tmpdir(), 'capas-tfjs-node') },
    tensorflow: { type: 'string', default: '2.21.0' },
    wheel: { type: 'string', default: 'tensorflow-cpu' },
    python: { type: 'string', default: 'python3' },
    cxx: { type: 'string', default: process.env.CXX ?? 'g++' },
  },
});

const dir = resolve(options.dir);
if (process.platform !== 'linux')
  fail(`it needs the Linux wheel of TensorFlow and its .so files; this is ${process.platform}.`);
if (dir === REPOSITORY || dir.startsWith(REPOSITORY + sep))
  fail(`--dir must lie outside the repository. Received: ${dir}.`);
mkdirSync(dir, { recursive: true });

const wheel = installWheel();
const tfjsNode = installPackage();
const binding = compile(wheel, tfjsNode);
verify(binding);

/** The wheel alone for the CPU; with its CUDA libraries for `--wheel 'tensorflow[and-cuda]'`. */
function installWheel() {
  const target = join(dir, 'wheel');
  const folder = join(target, 'tensorflow');
  const stamp = join(target, 'requirement.txt');
  const requirement = `${options.wheel}==${options.tensorflow}`;
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === requirement) return folder;
  const venv = join(dir, 'venv');
  if (!existsSync(join(venv, 'bin/python'))) run(options.python, ['-m', 'venv', venv]);
  const dependencies = options.wheel.endsWith('-cpu') ? ['--no-deps'] : [];
  const pip = ['-m', 'pip', 'install', '--upgrade', '--no-compile', '--only-binary', ':all:', '--target', target];
  run(join(venv, 'bin/python'), [...pip, ...dependencies, requirement]);
  writeFileSync(stamp, requirement);
  return folder;
}

/** The npm package without its install script, and the headers of Node-API, which do not depend on the Node in use. */
function installPackage() {
  const manifest = {
    private: true,
    dependencies: { '@tensorflow/tfjs-node': TFJS_VERSION, 'node-api-headers': NODE_API_HEADERS_VERSION },
    overrides: { '@tensorflow/tfjs-core': TFJS_VERSION },
  };
  writeFileSync(join(dir, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], dir);
  return join(dir, 'node_modules/@tensorflow/tfjs-node');
}

function compile(wheel, tfjsNode) {
  const target = join(tfjsNode, `lib/napi-v${NODE_API_VERSION}/tfjs_binding.node`);
  mkdirSync(dirname(target), { recursive: true });
  const nvidia = join(wheel, '../nvidia');
  const cuda = existsSync(nvidia) ? readdirSync(nvidia).map((name) => join(nvidia, name, 'lib')) : [];
  const libraries = [wheel, ...cuda.filter((folder) => existsSync(folder))];
  const built = join(dir, 'tfjs_binding.node');
  run(options.cxx, [
    ...['-O2', '-std=c++17', '-shared', '-fPIC', `-DNAPI_VERSION=${NODE_API_VERSION}`, '-w'],
    ...[`-I${join(dir, 'node_modules/node-api-headers/include')}`, `-I${join(wheel, 'include')}`],
    ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((file) => join(tfjsNode, 'binding', file)),
    ...[`-L${wheel}`, '-l:libtensorflow_cc.so.2', '-l:libtensorflow_framework.so.2'],
    ...libraries.map((folder) => `-Wl,-rpath,${folder}`),
    ...['-o', built],
  ]);
  copyFileSync(built, target);
  return target;
}

/** Multiplies two matrices in a Node of its own and says what answered. */
function verify(binding) {
  const program = `
    const util = require('node:util');
    util.isNullOrUndefined ??= (x) => x === null || x === undefined;
    util.isArray ??= Array.isArray;
    const tf = require('@tensorflow/tfjs-node');
    const product = tf.matMul(tf.tensor2d([[1, 2], [3, 4]]), tf.tensor2d([[5], [6]])).dataSync();
    if (String(product) !== '17,39') throw new Error('matMul gave ' + product + ' in place of 17,39');
    const kernels = tf.getKernelsForBackend('tensorflow').length;
    const device = tf.backend().isUsingGpuDevice ? 'GPU' : 'CPU';
    console.log(['TensorFlow ' + tf.backend().binding.TF_Version, 'tfjs-node ' + tf.version['tfjs-node'], device, kernels + ' kernels'].join(', '));
  `;
  const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: process.env.TF_CPP_MIN_LOG_LEVEL ?? '2' };
  const answer = execFileSync(process.execPath, ['-e', program], { cwd: dir, env, encoding: 'utf8' });
  console.log(`${binding} (${statSync(binding).size} bytes)\n${answer.trim().split('\n').at(-1)}`);
  console.log(`CAPAS_TFJS_NODE_DIR=${dir}`);
}

function run(command, args, cwd = dir) {
  console.log(`$ ${command} ${args.join(' ')}`);
  try {
    execFileSync(command, args, { cwd, stdio: 'inherit' });
  } catch (error) {
    fail(`${command} failed: ${error.message}`);
  }
}

function fail(reason) {
  console.error(`tfjs-node build: ${reason}`);
  process.exit(1);
}
