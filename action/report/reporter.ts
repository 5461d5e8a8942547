import { LatestWrite } from './latest-write.ts';
import type { ReportTarget } from '../inputs/parse-inputs.ts';
import type { LogPort } from '../../shared/ports/log.ts';
import type { Report } from '../../shared/model/report.ts';
import { messageOf } from '../../shared/model/message-of.ts';

/** One place on GitHub that shows a report and can be written again. */
export interface Place {
  readonly target: ReportTarget;
  /** Asked for by name: failing to write it fails the step. Otherwise it is a warning. */
  readonly required: boolean;
  /** Whether it shows a run on its way, or only its end. */
  readonly live: boolean;
  /** Writes and returns the URL; undefined when there was nothing to write. */
  write(report: Report): Promise<string | undefined>;
}

export interface Posted {
  readonly urls: Partial<Record<ReportTarget, string>>;
  /** What could not be posted although it was asked for, one sentence each. */
  readonly failures: readonly string[];
}

/** Tells a run's story on GitHub: live places follow it, the others get its end. No failure here stops the run. */
export class Reporter {
  readonly #log: LogPort;
  readonly #places: readonly PlaceState[];

  constructor(places: readonly Place[], log: LogPort) {
    this.#log = log;
    this.#places = places.map((place) => new PlaceState(place));
  }

  /** Shows where the run stands, without waiting for GitHub. */
  progress(report: Report): void {
    for (const state of this.#places) if (state.place.live) state.push(report);
  }

  /** Shows the end, and waits until it is shown. */
  async finish(report: Report): Promise<Posted> {
    const urls: Partial<Record<ReportTarget, string>> = {};
    const failures: string[] = [];
    await Promise.all(
      this.#places.map(async (state) => {
        state.push(report);
        await state.settled();
        const { target, required } = state.place;
        if (state.url !== undefined) urls[target] = state.url;
        if (state.error === undefined) return;
        const message = `The ${target} could not be posted: ${state.error}`;
        if (required) failures.push(message);
        else this.#log.warning(message);
      }),
    );
    return { urls, failures };
  }
}

class PlaceState {
  readonly place: Place;
  url: string | undefined;
  error: string | undefined;
  readonly #writes: LatestWrite<Report>;

  constructor(place: Place) {
    this.place = place;
    this.#writes = new LatestWrite((report) => this.#attempt(report));
  }

  push(report: Report): void {
    this.#writes.push(report);
  }

  settled(): Promise<void> {
    return this.#writes.settled();
  }

  /** Only the last attempt's error counts: it is the one that left the place out of date. */
  async #attempt(report: Report): Promise<void> {
    try {
      this.url = (await this.place.write(report)) ?? this.url;
      this.error = undefined;
    } catch (error) {
      this.error = messageOf(error);
    }
  }
}
