/** Where GitHub's attachment links lead to: itself, its image hosts, and its own buckets. */
const HOSTS = [
  /^github\.com$/,
  /^(?:private-)?user-images\.githubusercontent\.com$/,
  /^objects\.githubusercontent\.com$/,
  /^github-production-[a-z0-9-]+\.s3\.amazonaws\.com$/,
];

/** May our server open this address? Only GitHub's storage, encrypted, on the usual port, without credentials in it. */
export function isAttachmentHost({ protocol, hostname, port, username, password }: URL): boolean {
  if (protocol !== 'https:' || port !== '' || username !== '' || password !== '') return false;
  return HOSTS.some((host) => host.test(hostname));
}
