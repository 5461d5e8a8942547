const UNITS = ['bytes', 'KB', 'MB', 'GB'] as const;

/** A size for people, in thousands as GitHub counts: `812 bytes`, `1.5 KB`, `48 MB`. */
export function formatFileSize(bytes: number): string {
  let size = bytes;
  let unit = 0;
  while (size >= 999.5 && unit < UNITS.length - 1) {
    size /= 1000;
    unit++;
  }
  const digits = unit === 0 || size >= 9.95 ? 0 : 1;
  return `${size.toFixed(digits)} ${UNITS[unit] ?? ''}`;
}
