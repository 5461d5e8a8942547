/** A secret, the ways in which somebody who has seen it may tell it, and how to see that it was told. */
export interface PlantedSecret {
  readonly name: string;
  /** Each holds the secret. */
  readonly told: readonly string[];
  /** Parts that are in none but these: where one of them stands, the secret is out, or enough of it. */
  readonly traces: readonly string[];
  /** Where one of these stands, somebody has put it together again. */
  readonly wholes: readonly string[];
}

/** Long enough to be no accident, short enough to see half a secret. */
const TRACE_CHARS = 12;

/** One that we hold: it may be in none of the usual encodings, wherever in a longer text it begins. */
export function held(name: string, value: string): PlantedSecret {
  const encoded = [
    base64(value),
    base64(`x-access-token:${value}`),
    base64(`u:${value}`),
    Buffer.from(`API_KEY=${value}`).toString('base64url'),
    encodeURIComponent(value),
    JSON.stringify(value).slice(1, -1),
  ];
  // The end of a short form is no trace of anything.
  const cores = encoded.map(core).filter(({ length }) => length > TRACE_CHARS / 2);
  const told = [value, ...encoded];
  return { name, told, traces: [...windows(value), ...cores], wholes: told };
}

/** One that we were never given, and know by its form alone. @param told a text with `secret` in it, as it is used */
function shaped(name: string, secret: string, told = secret): PlantedSecret {
  return {
    name,
    told: [told, JSON.stringify({ told }), `see ${told}, or [here](${told})`],
    traces: windows(secret),
    wholes: [secret],
  };
}

/**
 * A private key: none of its lines may be read, alone, together or in base64. Head and foot are everybody's.
 */
export function heldKey(name: string, pem: string): PlantedSecret {
  const lines = pem.split('\n').filter((line) => line !== '' && !line.startsWith('-----'));
  const body = Buffer.from(lines.join('\n')).toString('base64');
  return {
    name,
    told: [
      pem.replaceAll('\n', ' '),
      JSON.stringify(pem),
      body,
      ...lines.slice(1, 3).flatMap((line) => [line, base64(line)]),
    ],
    traces: [...lines.flatMap(windows), ...windows(body)],
    wholes: [...lines, body],
  };
}

/** All that can be told of these secrets, apart from one another. */
export function everythingOf(planted: readonly PlantedSecret[]): string {
  return planted.flatMap(({ told }) => told).join(' ; ');
}

/** With something in it, again and again, that is taken out before anybody reads it. */
export function laced(text: string, between: string): string {
  return text.replaceAll(/[^\s;]{16}(?=[^\s;])/g, (part) => `${part}${between}`);
}

/** As a directive of the demo agent takes it. */
export function quoted(text: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll(/[^\x20-\x7e]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/**
 * `SECRET in OUTPUT`, each once.
 *
 * @param outputs texts by the name of where they came out
 * @param seen `wholes` where the secrets were told in pieces, which nobody can mask and nobody may put together
 */
export function leaks(
  planted: readonly PlantedSecret[],
  outputs: Readonly<Record<string, string>>,
  seen: 'traces' | 'wholes' = 'traces',
): string[] {
  return Object.entries(outputs).flatMap(([output, text]) =>
    planted
      .filter((secret) => secret[seen].some((trace) => text.includes(trace)))
      .map(({ name }) => `${name} in ${output}`),
  );
}

/** What is left of an encoded form when its ends, which are mixed with what stood next to it, are gone. */
function core(form: string): string {
  return form.replace(/=+$/, '').slice(-TRACE_CHARS - 4, -4);
}

function windows(text: string): string[] {
  if (text.length <= TRACE_CHARS) return [text];
  return Array.from({ length: text.length - TRACE_CHARS + 1 }, (_, at) => text.slice(at, at + TRACE_CHARS));
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

/** Random-looking, and the same in every run; no two share their parts. */
function noise(length: number, seed: number): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
  let state = seed * 7_919 + 1;
  return Array.from({ length }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return alphabet[state % alphabet.length];
  }).join('');
}

function token(name: string, prefix: string, seed: number): PlantedSecret {
  return shaped(name, `${prefix}${noise(36, seed)}`);
}

/** @param address with `SECRET` where the signature stands */
function signed(name: string, address: string, seed: number): PlantedSecret {
  const secret = noise(40, seed);
  return shaped(name, secret, address.replace('SECRET', secret));
}

/** Tokens of GitHub's that nobody gave us: another workflow's, a person's in a file, an installation's. */
export const FOREIGN_TOKENS: readonly PlantedSecret[] = [
  token('a personal token', 'ghp_', 1),
  token('an OAuth token', 'gho_', 2),
  token('a user’s token', 'ghu_', 3),
  token('a refresh token', 'ghr_', 4),
  token('another installation’s token', 'ghs_', 5),
  shaped('an installation’s token as a JSON Web Token', `ghs_12345_eyJ${noise(30, 6)}.${noise(40, 7)}.${noise(43, 8)}`),
  shaped('a fine-grained token', `github_pat_${noise(22, 9)}_${noise(59, 10)}`),
];

/** Addresses that open something for whoever has them, as storages and GitHub sign them. */
export const SIGNED_ADDRESSES: readonly PlantedSecret[] = [
  signed(
    'S3’s signature',
    'https://files.s3.amazonaws.com/up/a.md?X-Amz-Date=20261122T080000Z&X-Amz-Signature=SECRET',
    11,
  ),
  signed(
    'S3’s session token',
    'https://files.s3.amazonaws.com/up/a.md?X-Amz-Security-Token=SECRET&X-Amz-Credential=AKIA&X-Amz-Signature=0a1b',
    12,
  ),
  signed(
    'Google’s signature',
    'https://storage.googleapis.com/bucket/a.md?X-Goog-Expires=900&X-Goog-Signature=SECRET',
    13,
  ),
  signed('Azure’s signature', 'https://acct.blob.core.windows.net/c/a.md?sv=2026-02-06&se=2026-11-22&sig=SECRET', 14),
  signed('CloudFront’s signature', 'https://d111.cloudfront.net/a.md?Expires=1795&Signature=SECRET&Key-Pair-Id=K2', 15),
  signed('GitHub’s image signature', 'https://private-user-images.githubusercontent.com/1/2.png?jwt=SECRET', 16),
  signed('GitHub’s raw file token', 'https://raw.githubusercontent.com/acme/api/main/count.js?token=SECRET', 17),
];
