/** A whole commit id of git, SHA-1 or SHA-256: safe in a shell line, and names one commit for ever. */
export const COMMIT_ID = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
