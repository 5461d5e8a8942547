/** An input is missing or not valid. The message names the input, what it held and what it may hold. */
export class InputError extends Error {
  override readonly name = 'InputError';
  readonly input: string;

  constructor(input: string, problem: string, options?: ErrorOptions) {
    super(`Input \`${input}\` ${problem}.`, options);
    this.input = input;
  }

  static notOneOf(input: string, value: string, choices: readonly string[]): InputError {
    const named = choices.filter((choice) => choice !== '').map((choice) => `\`${choice}\``);
    return new InputError(input, `is "${value}", but must be one of ${named.join(', ')}`);
  }
}
