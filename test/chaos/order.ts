/** What the harness tells a process of the App. */
export type Order =
  | { readonly kind: 'arm'; readonly point: string; readonly nth: number }
  | { readonly kind: 'disarm' }
  /** Puts its clock forward. */
  | { readonly kind: 'advance'; readonly ms: number };

/** What it tells the harness, once: where it listens. */
export interface Listening {
  readonly url: string;
  readonly metricsUrl: string;
}
