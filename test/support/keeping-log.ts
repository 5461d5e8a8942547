import type { LogPort } from '../../shared/ports/log.ts';

/** A log that keeps its lines, each with its level. */
export function keepingLog(lines: string[] = []): LogPort & { readonly lines: readonly string[] } {
  const at = (level: string) => (message: string) => {
    lines.push(`${level}: ${message}`);
  };
  return {
    lines,
    debug: at('debug'),
    info: at('info'),
    notice: at('notice'),
    warning: at('warning'),
    error: at('error'),
  };
}
