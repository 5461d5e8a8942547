/**
 * Names of files that CI jobs commonly write credentials into. Edits to them travel only when somebody committed or
 * staged them: secrets do not leave by accident.
 */
const SECRET_FILES: readonly RegExp[] = [
  /^\.env(?!.*\.(?:example|sample|template)$)/i,
  // google-github-actions/auth writes this one into the workspace.
  /^gha-creds-.*\.json$/i,
  /^\.npmrc$/i,
  /^\.yarnrc\.yml$/i,
  /^\.pypirc$/i,
  /^[._]netrc$/i,
  /^\.git-credentials$/i,
  /^kubeconfig$/i,
  /^id_(?:rsa|dsa|ecdsa|ed25519)$/i,
  /\.(?:pem|key|p12|pfx|jks|keystore)$/i,
];

/** Whether a file of this name is left out of what is sent. */
export function isSecretFile(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return SECRET_FILES.some((pattern) => pattern.test(name));
}
