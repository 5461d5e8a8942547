import type { ReasonCode } from '../shared/model/reason.ts';

export interface RefusalOptions extends ErrorOptions {
  /** What to do next, one sentence, where the reason's own words do not fit. */
  readonly remedy?: string;
}

/** The run ends here, for a reason of the closed list. The message names the thing; the reason or the options the remedy. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly reason: ReasonCode;
  readonly remedy: string | undefined;

  constructor(reason: ReasonCode, message: string, options?: RefusalOptions) {
    super(message, options);
    this.reason = reason;
    this.remedy = options?.remedy;
  }
}
