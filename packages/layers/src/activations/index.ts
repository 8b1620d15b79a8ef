export * from './activations.ts';
export {
  type Activation,
  type ActivationIdentifier,
  type ActivationName,
  activationName,
  getActivation,
} from './get-activation.ts';
