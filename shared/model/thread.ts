/** `owner/repo`, as GitHub spells it. */
export interface RepositoryName {
  readonly owner: string;
  readonly repo: string;
}

/** An issue or a pull request; GitHub numbers both in one sequence. */
export interface Thread extends RepositoryName {
  readonly number: number;
}
