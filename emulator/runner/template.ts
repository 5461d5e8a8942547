/** A value of action.yml before it is evaluated: text as it stands, or an expression (a mixed text is one `format(…)`). */
export type Template =
  { readonly kind: 'text'; readonly text: string } | { readonly kind: 'expression'; readonly expression: string };

export type TemplateEntries = readonly (readonly [name: string, template: Template])[];

interface StepBase {
  /** '' when the step has none. */
  readonly id: string;
  readonly name?: Template;
  /** With the implicit `success() && (…)` already around it. */
  readonly condition: string;
  readonly continueOnError?: Template;
  readonly env: TemplateEntries;
}

export interface RunStep extends StepBase {
  readonly kind: 'run';
  readonly script: Template;
  readonly shell: Template;
  readonly workingDirectory?: Template;
}

export interface UsesStep extends StepBase {
  readonly kind: 'uses';
  readonly uses: string;
  readonly with: TemplateEntries;
}

export type StepTemplate = RunStep | UsesStep;

/** What the runner needs of a composite action's action.yml. */
export interface ActionFile {
  readonly name: string;
  readonly inputs: readonly { readonly name: string; readonly default?: Template }[];
  readonly outputs: readonly { readonly name: string; readonly value: Template }[];
  readonly steps: readonly StepTemplate[];
}
