import type { JsonObject } from '../contract/json-schema.ts';
import type { App, Delivery, Installation, Repository } from '../state.ts';

/** Something that happened, as far as it is the same for every app that hears of it. */
export interface Happening {
  /** e.g. `issue_comment`. */
  readonly event: string;
  /** e.g. `created`; a push has none. */
  readonly action?: string;
  readonly repository: Repository;
  /** Login of who did it. */
  readonly sender: string;
  /** What the payload has besides action, repository, organization, installation and sender. */
  readonly fields: JsonObject;
}

/** An event as it is sent: a first attempt has a new GUID, a redelivery the one of the event it repeats. */
export interface Event {
  readonly event: string;
  readonly payload: JsonObject;
  readonly guid?: string;
  readonly redelivery?: boolean;
}

/** Brings events to the apps: signed, one after the other per app, tried once, and kept. */
export interface Hooks {
  /** To every app that is installed there and subscribes to the event. */
  announce(happening: Happening): void;
  announceInstallation(installation: Installation, action: 'created' | 'deleted', about: About): void;
  /** To one app, subscribed or not. Resolves when it was answered or has failed. */
  send(app: App, event: Event): Promise<Delivery>;
  /** Once more, with the GUID it had. */
  resend(app: App, delivery: Delivery): Promise<Delivery>;
  /** Resolves when nothing is on its way any more, what it caused included. */
  idle(): Promise<void>;
  /** Breaks off what is on its way. */
  close(): Promise<void>;
}

interface About {
  readonly sender: string;
  readonly repositories: readonly Repository[];
}
