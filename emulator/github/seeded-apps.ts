import type { World } from './api.ts';
import { install, uninstall } from './install.ts';
import { installationsOf } from './installed.ts';
import type { App, Delivery, Hook } from './state.ts';
import type { Event } from './webhooks/hooks.ts';

/** What a test or a demo does with the seeded apps, named by their slug. Throws for an app that was not seeded. */
export interface SeededApps {
  /** A seeded app's id and private key (PEM), with which it signs its JSON Web Tokens. */
  app(slug: string): { readonly id: number; readonly privateKey: string };
  /** Installs a seeded app at an account (on all its repositories, or those named): it is told, as on GitHub. */
  install(slug: string, at: { owner: string; repos?: readonly string[] }): { readonly id: number };
  uninstall(slug: string, owner: string): void;
  /** Where an app's events go from now on; undefined keeps them back. */
  setWebhookUrl(slug: string, url: string | undefined): void;
  /** What was delivered to an app, oldest first: each attempt once it was answered or has failed. */
  deliveries(slug: string): readonly Delivery[];
  /** Sends an app an event of your own making, signed like GitHub's. Resolves when it was answered or has failed. */
  deliver(slug: string, event: Event): Promise<Delivery>;
  /** Sends a delivery once more, with the same GUID. */
  redeliver(slug: string, deliveryId: number): Promise<Delivery>;
  /** Resolves when no delivery is on its way any more. */
  delivered(): Promise<void>;
}

/** @param keys the private key (PEM) of each seeded app by its slug */
export function seededApps(world: World, keys: ReadonlyMap<string, string>): SeededApps {
  const { state, hooks } = world;
  const open = (slug: string): { app: App; hook: Hook; privateKey: string } => {
    const app = state.apps.get(slug);
    const privateKey = keys.get(slug);
    if (!app?.hook || privateKey === undefined) throw new Error(`No app ${slug} was seeded. Name it in seed.apps.`);
    return { app, hook: app.hook, privateKey };
  };
  return {
    app: (slug) => {
      const { app, privateKey } = open(slug);
      return { id: app.id, privateKey };
    },
    install: (slug, at) => install(world, open(slug).app, at),
    uninstall: (slug, owner) => {
      const found = installationsOf(state, open(slug).app).find(
        ({ account }) => account.toLowerCase() === owner.toLowerCase(),
      );
      if (!found) throw new Error(`The app ${slug} is not installed at ${owner}.`);
      uninstall(world, found, owner);
    },
    setWebhookUrl: (slug, url) => void (open(slug).hook.url = url),
    deliveries: (slug) => open(slug).hook.deliveries,
    deliver: (slug, event) => hooks.send(open(slug).app, event),
    redeliver: (slug, id) => {
      const { app, hook } = open(slug);
      const delivery = hook.deliveries.find((one) => one.id === id);
      if (!delivery) throw new Error(`There is no delivery ${id} to the app ${slug}.`);
      return hooks.resend(app, delivery);
    },
    delivered: () => hooks.idle(),
  };
}
