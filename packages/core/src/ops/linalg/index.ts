export { eigh, qr, type SvdOptions, svd } from './decompose.ts';
export { eig } from './eig.ts';
export { lstsq, matrixRank, type NormOptions, norm, pinv } from './norm.ts';
export { cholesky, choleskyInverse, det, inv, logdet, luFactor, slogdet, solve, solveTriangular } from './solve.ts';
