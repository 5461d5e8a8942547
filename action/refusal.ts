import type { ReasonCode } from '../shared/model/reason.ts';

/** The run ends here, for a reason of the closed list. The message names the thing and the remedy. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly reason: ReasonCode;

  constructor(reason: ReasonCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}
