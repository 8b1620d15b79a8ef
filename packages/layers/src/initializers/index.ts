export { Constant, type ConstantConfig, constant } from './constant.ts';
export { computeFans, type Fans } from './fans.ts';
export { getInitializer, type InitializerIdentifier, type InitializerName } from './get-initializer.ts';
export { GlorotNormal, glorotNormal } from './glorot-normal.ts';
export { GlorotUniform, glorotUniform } from './glorot-uniform.ts';
export { HeNormal, heNormal } from './he-normal.ts';
export { HeUniform, heUniform } from './he-uniform.ts';
export { Identity, type IdentityConfig, identity } from './identity.ts';
export { Initializer } from './initializer.ts';
export { type InitializerFunction, LambdaInitializer } from './lambda-initializer.ts';
export { LecunNormal, lecunNormal } from './lecun-normal.ts';
export { LecunUniform, lecunUniform } from './lecun-uniform.ts';
export { Ones, ones } from './ones.ts';
export { Orthogonal, type OrthogonalConfig, orthogonal } from './orthogonal.ts';
export { RandomInitializer, type SeedConfig } from './random-initializer.ts';
export { RandomNormal, type RandomNormalConfig, randomNormal } from './random-normal.ts';
export { RandomUniform, type RandomUniformConfig, randomUniform } from './random-uniform.ts';
export { STFT, type STFTConfig, stft } from './stft.ts';
export { TruncatedNormal, type TruncatedNormalConfig, truncatedNormal } from './truncated-normal.ts';
export {
  type FanAxesConfig,
  VarianceScaling,
  type VarianceScalingConfig,
  varianceScaling,
} from './variance-scaling.ts';
export { Zeros, zeros } from './zeros.ts';
