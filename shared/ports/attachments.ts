/** A file that somebody attached to a text on GitHub. */
export interface Attachment {
  /** A plain file name, without folders. */
  readonly filename: string;
  readonly contentType?: string;
  readonly bytes: Uint8Array;
}

/** Files behind links on GitHub's own attachment hosts. */
export interface AttachmentsPort {
  /**
   * Follows redirects to GitHub's attachment hosts and its storage only, and sends no credentials anywhere else.
   *
   * @throws Error with a sentence for people, when it cannot be read or has more than `maxBytes`.
   */
  fetch(url: string, options: { readonly maxBytes: number }): Promise<Attachment>;
}
