import { CapasError } from '../errors.ts';

/** A program, or the text of one, that breaks a rule; the message shows the instruction. */
export class ProgramError extends CapasError {
  override name = 'ProgramError';
}
