import type { Job } from '../../shared/ports/jobs.ts';

/** A job that is known by its name. */
export function job(runId: string): Job {
  return { kind: 'submit', runId };
}

export function nameOf(of: Job): string {
  return of.kind === 'submit' ? of.runId : of.kind;
}

/** Notes what a queue handed out, and lets a test wait until it has handed out enough. */
export class Handled {
  readonly names: string[] = [];
  #waiting: { count: number; resolve: () => void }[] = [];

  add(of: Job): void {
    this.names.push(nameOf(of));
    for (const { resolve } of this.#waiting.filter(({ count }) => count <= this.names.length)) resolve();
  }

  async reach(count: number): Promise<readonly string[]> {
    if (this.names.length < count) {
      await new Promise<void>((resolve) => {
        this.#waiting = [...this.#waiting, { count, resolve }];
      });
    }
    return this.names;
  }
}

/** Something to wait at until it is opened. */
export interface Door {
  readonly passed: Promise<void>;
  readonly open: () => void;
}

export function door(): Door {
  let open: () => void = () => undefined;
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open };
}
