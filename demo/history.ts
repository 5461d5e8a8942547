// What the demo's repository is made of: small, but with what a grown one has.

export interface Commit {
  readonly author: Author;
  readonly daysAgo: number;
  readonly message: string;
  /** Whole contents by path. */
  readonly files: Readonly<Record<string, string>>;
}

export type Author = 'Ines' | 'Jun' | 'Mira' | 'Tomasz';

const README = `# parcels

What a parcel costs, and where it is.

## Usage

    import { price } from './src/price.ts';
    price({ grams: 1200, to: 'PT' }); // 1190, in cents
`;

const PRICE = `import { zoneOf } from './zones.ts';

export interface Parcel {
  readonly grams: number;
  /** ISO 3166 code of a country. */
  readonly to: string;
}

/** In cents. */
export function price({ grams, to }: Parcel): number {
  const zone = zoneOf(to);
  // FIXME: 2000 g is charged as if it were more
  const steps = Math.floor(grams / 500) + 1;
  return 490 + steps * [50, 130, 310][zone]!;
}
`;

const ZONES = `const NEIGHBOURS = ['AT', 'BE', 'CH', 'CZ', 'DK', 'FR', 'LU', 'NL', 'PL'];

/** 0 at home, 1 next door, 2 everywhere else. TODO: ask the carrier instead */
export function zoneOf(country: string): 0 | 1 | 2 {
  if (country === 'DE') return 0;
  return NEIGHBOURS.includes(country) ? 1 : 2;
}
`;

const FIRST_ZONES = ZONES.replace(", 'CZ'", '').replace(", 'PL'", '');

const TRACK = `export type Stage = 'announced' | 'collected' | 'on the way' | 'delivered';

const ORDER: readonly Stage[] = ['announced', 'collected', 'on the way', 'delivered'];

/** Scans arrive late and out of order: the furthest stage counts. */
export function stageOf(scans: readonly Stage[]): Stage {
  return ORDER.findLast((stage) => scans.includes(stage)) ?? 'announced';
}
`;

const IMPORT = `"""Reads a carrier's rates from CSV and writes them as JSON."""

import csv
import json
import sys


def rates(lines):
    for row in csv.DictReader(lines):
        # FIXME: some carriers write 1.190,00 and some 1,190.00
        yield {"zone": int(row["zone"]), "cents": round(float(row["price"]) * 100)}


if __name__ == "__main__":
    json.dump(list(rates(sys.stdin)), sys.stdout, indent=2)
`;

const SCHEMA = `create table parcel (
  id bigint generated always as identity primary key,
  grams integer not null check (grams > 0),
  country char(2) not null,
  created_at timestamptz not null default now()
);

create table scan (
  parcel_id bigint not null references parcel,
  stage text not null,
  seen_at timestamptz not null default now()
);
`;

const CI = `name: CI
on: [push, pull_request]
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - run: npm test
`;

const RELEASE = `#!/usr/bin/env bash
set -euo pipefail
# TODO: refuse to release with a dirty tree
git tag "v$1"
git push origin "v$1"
`;

const STATUS_PAGE = `<!doctype html>
<title>Where is my parcel?</title>
<link rel="stylesheet" href="status.css" />
<ol class="stages"></ol>
`;

const CARRIERS = `{
  "postal": { "tracking": true, "maxGrams": 31500 },
  "courier": { "tracking": true, "maxGrams": 70000 }
}
`;

/** One comma too many, as it happens. */
const BROKEN_CARRIERS = CARRIERS.replace('70000 }', '70000 },');

const CURRENCY = `/** Cents of a euro in one unit of each currency. TODO: rates of today */
const CENTS: Readonly<Record<string, number>> = { EUR: 100, CHF: 104, PLN: 23, DKK: 13 };

/** An amount in cents of a euro, in the given currency. */
export function convert(cents: number, currency: string): number {
  const rate = CENTS[currency];
  if (rate === undefined) throw new RangeError(\`No rate for \${currency}\`);
  return cents / rate;
}
`;

const PRICE_IN_CURRENCY = `${PRICE.replace('import { zoneOf }', "import { convert } from './currency.ts';\nimport { zoneOf }")}
/** In the customer's currency. */
export function priceIn(currency: string, parcel: Parcel): number {
  return convert(price(parcel), currency);
}
`;

/** The main branch, oldest first. */
export const MAIN: readonly Commit[] = [
  { author: 'Ines', daysAgo: 44, message: 'Price by weight and zone', files: { 'README.md': README, 'src/price.ts': PRICE, 'src/zones.ts': FIRST_ZONES } },
  { author: 'Ines', daysAgo: 43, message: 'Tables for parcels and scans', files: { 'db/schema.sql': SCHEMA } },
  { author: 'Jun', daysAgo: 37, message: 'Track a parcel by its scans', files: { 'src/track.ts': TRACK } },
  { author: 'Tomasz', daysAgo: 33, message: 'Run the tests on every push', files: { '.github/workflows/ci.yml': CI } },
  { author: 'Mira', daysAgo: 26, message: 'Import rates from CSV', files: { 'tools/import_rates.py': IMPORT } },
  { author: 'Jun', daysAgo: 20, message: 'A page that says where the parcel is', files: { 'web/status.html': STATUS_PAGE, 'web/status.css': '.stages { list-style: none; }\n' } },
  { author: 'Tomasz', daysAgo: 16, message: 'Release with one command', files: { 'scripts/release.sh': RELEASE } },
  { author: 'Ines', daysAgo: 12, message: 'Carriers and their limits', files: { 'config/carriers.json': CARRIERS } },
  { author: 'Mira', daysAgo: 8, message: 'Poland and Czechia are neighbours', files: { 'src/zones.ts': ZONES } },
  { author: 'Tomasz', daysAgo: 2, message: 'Lift the weight limit of couriers', files: { 'config/carriers.json': BROKEN_CARRIERS } },
]; // prettier-ignore

/** After how many commits of the main branch the feature branch leaves it. */
export const FORK_POINT = 9;

/** The pull request's commits. */
export const FEATURE: readonly Commit[] = [
  { author: 'Mira', daysAgo: 3, message: 'Convert between currencies', files: { 'src/currency.ts': CURRENCY } },
  { author: 'Mira', daysAgo: 1, message: "Prices in the customer's currency", files: { 'src/price.ts': PRICE_IN_CURRENCY } },
]; // prettier-ignore

/** What the App reads from the default branch. */
export const CONFIG = {
  '.github/rebyte.yml': `commands:
  changelog:
    description: Writes the entry for the changelog.
    prompt: Write the changelog entry of this pull request, for users. {{ input }}
`,
};

/** What an earlier step of the workflow changed and nobody committed. */
export const EDIT = {
  path: 'src/price.ts',
  content: PRICE_IN_CURRENCY.replace(
    /\s*\/\/ FIXME.*\n.*\n/,
    '\n  const steps = Math.max(1, Math.ceil(grams / 500));\n',
  ),
};
