/** What a stand-in for another action is given. */
export interface UsesCall {
  readonly with: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  /** Writes a line of output; workflow commands in it take effect. */
  readonly log: (line: string) => void;
}

export interface UsesResult {
  readonly outputs?: Readonly<Record<string, string>>;
  /** Put in front of PATH for later steps. */
  readonly paths?: readonly string[];
  /** Variables for later steps. */
  readonly env?: Readonly<Record<string, string>>;
  /** 0 by default. */
  readonly exitCode?: number;
}

/** Stands in for an action that a step `uses`. */
export type UsesStub = (call: UsesCall) => UsesResult | void | Promise<UsesResult | void>;
