export { BackupAndRestore, type BackupAndRestoreConfig, backupAndRestore } from './backup-and-restore.ts';
export { Callback, type CallbackParams, type HookName } from './callback.ts';
export { CallbackError } from './callback-error.ts';
export { type CallbackArgument, CallbackList } from './callback-list.ts';
export { CSVLogger, type CSVLoggerConfig, csvLogger } from './csv-logger.ts';
export { EarlyStopping, type EarlyStoppingConfig, earlyStopping } from './early-stopping.ts';
export { type CallbackHooks, LambdaCallback, lambdaCallback } from './lambda-callback.ts';
export {
  LearningRateScheduler,
  type LearningRateSchedulerConfig,
  learningRateScheduler,
} from './learning-rate-scheduler.ts';
export { ModelCheckpoint, type ModelCheckpointConfig, modelCheckpoint } from './model-checkpoint.ts';
export type { MonitorConfig } from './monitor.ts';
export { ProgbarLogger } from './progbar-logger.ts';
export { ReduceLROnPlateau, type ReduceLROnPlateauConfig, reduceLROnPlateau } from './reduce-lr-on-plateau.ts';
export { RemoteMonitor, type RemoteMonitorConfig, remoteMonitor } from './remote-monitor.ts';
export { SwapEMAWeights, type SwapEMAWeightsConfig, swapEMAWeights } from './swap-ema-weights.ts';
export { TensorBoard, type TensorBoardConfig, tensorBoard } from './tensorboard/tensor-board.ts';
export { TerminateOnNaN, type TerminateOnNaNConfig, terminateOnNaN } from './terminate-on-nan.ts';
