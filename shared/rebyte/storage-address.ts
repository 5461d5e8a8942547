// Which addresses a signed storage URL may lead to. The API chooses that URL, and it is opened from inside of the caller's
// network: an API that was taken over must not reach what only that network does.
import { lookup as resolve, type LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { InvalidResponseError } from './errors.ts';

/** Not reachable from everywhere, by IANA's registries of special-purpose addresses (RFC 6890). */
const INNER_IPV4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const;

/** `::/96` holds this machine and an old spelling of IPv4, `2002::/16` and `2001::/32` carry any IPv4 inside. */
const INNER_IPV6 = [
  ['::', 96],
  ['64:ff9b:1::', 48],
  ['2001::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 9],
  ['ff00::', 8],
] as const;

const IPV6_BITS_BEFORE_IPV4 = 96;

let inner: BlockList | undefined;

export interface StorageRules {
  /** Of the API. Where it is inner itself, its storage may be too. */
  readonly baseUrl: URL;
  /** A proxy looks names up by itself, so only literal addresses can be judged. */
  readonly proxy?: string | undefined;
  /** Default: the system's. */
  readonly lookup?: LookupFunction | undefined;
}

/** Where signed storage URLs may lead. */
export class StorageAddresses {
  readonly #rules: StorageRules;
  readonly #isLocal: boolean;
  readonly #lookup: LookupFunction;
  readonly #guarded: LookupFunction;

  constructor(rules: StorageRules) {
    this.#rules = rules;
    this.#isLocal = isInnerHost(rules.baseUrl.hostname);
    this.#lookup = rules.lookup ?? resolve;
    this.#guarded = guarded(rules.baseUrl, this.#lookup);
  }

  /**
   * The lookup by which a connection to a storage URL must find its address; undefined for the usual one.
   *
   * @throws InvalidResponseError for another protocol than https, and for a literal loopback, private or link-local
   *   address, unless the API's own base URL is such a one; http also passes where the API itself is http.
   */
  lookupFor({ protocol, origin, hostname }: URL): LookupFunction | undefined {
    const { baseUrl, proxy } = this.#rules;
    const mayBePlain = this.#isLocal || baseUrl.protocol === 'http:';
    if (protocol !== 'https:' && !(mayBePlain && protocol === 'http:')) {
      throw new InvalidResponseError(`The API gave a storage URL of ${origin}, which is not https.`);
    }
    if (this.#isLocal) return this.#lookup;
    if (isInnerHost(hostname)) throw refused(hostname);
    return proxy === undefined ? this.#guarded : undefined;
  }
}

/** Looks up as `lookup` does, and fails where any address is an inner one and none of the API's is. */
function guarded({ hostname: api }: URL, lookup: LookupFunction): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, options, (error, found, family) => {
      if (error !== null || hostname === api || !hasInner(found)) {
        callback(error, found, family);
        return;
      }
      lookup(api, options, (apiError, apiFound) => {
        if (apiError === null && hasInner(apiFound)) callback(null, found, family);
        else callback(refused(hostname), []);
      });
    });
  };
}

function refused(host: string): InvalidResponseError {
  return new InvalidResponseError(
    `The API gave a storage URL on ${host}, a loopback, private or link-local address, so nothing was sent there. ` +
      'That is for an API on such an address only: check baseUrl.',
  );
}

function hasInner(found: string | readonly LookupAddress[]): boolean {
  return typeof found === 'string' ? isInner(found) : found.some(({ address }) => isInner(address));
}

/** @param hostname of a URL, which spells every literal address in one way */
function isInnerHost(hostname: string): boolean {
  return /(^|\.)localhost\.?$/.test(hostname) || isInner(hostname.replace(/^\[|\]$/g, ''));
}

function isInner(address: string): boolean {
  const version = isIP(address);
  if (version === 0) return false;
  inner ??= innerAddresses();
  return inner.check(address, version === 6 ? 'ipv6' : 'ipv4');
}

/** An IPv4 rule holds for its IPv6 spelling `::ffff:…` by itself, but not for what a NAT64 gateway makes of it. */
function innerAddresses(): BlockList {
  const list = new BlockList();
  for (const [address, bits] of INNER_IPV6) list.addSubnet(address, bits, 'ipv6');
  for (const [address, bits] of INNER_IPV4) {
    list.addSubnet(address, bits, 'ipv4');
    list.addSubnet(`64:ff9b::${address}`, IPV6_BITS_BEFORE_IPV4 + bits, 'ipv6');
  }
  return list;
}
