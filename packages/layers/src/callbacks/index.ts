export { Callback, type CallbackParams, type HookName } from './callback.ts';
export { type CallbackArgument, CallbackList } from './callback-list.ts';
export { EarlyStopping, type EarlyStoppingConfig, earlyStopping } from './early-stopping.ts';
export { type CallbackHooks, LambdaCallback, lambdaCallback } from './lambda-callback.ts';
export { ProgbarLogger } from './progbar-logger.ts';
export { TerminateOnNaN, terminateOnNaN } from './terminate-on-nan.ts';
