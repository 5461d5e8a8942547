/** A workflow command as it stood in the output, e.g. `::error file=a.ts,line=1::Broken`. */
export interface WorkflowCommand {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

/** Commands the runner knows; a line that names another is plain output. */
const REGISTERED = [
  'add-mask',
  'add-matcher',
  'add-path',
  'debug',
  'echo',
  'endgroup',
  'error',
  'group',
  'notice',
  'remove-matcher',
  'save-state',
  'set-env',
  'set-output',
  'stop-commands',
  'warning',
];

/** .NET's white space, which is what the runner trims; unlike JavaScript's it has U+0085 and not U+FEFF. */
const LEADING_SPACE = /^(?:(?!\uFEFF)[\s\u0085])+/;

/**
 * Finds a command in a line of output, as the runner's ActionCommand does: `::name k=v,k=v::data` after white space, or
 * the older `##[name k=v;k=v]data` anywhere in the line.
 * @param resumeToken counts as a command's name while commands are stopped
 */
export function parseWorkflowCommand(line: string, resumeToken?: string): WorkflowCommand | undefined {
  const known = new Set(REGISTERED);
  if (resumeToken !== undefined) known.add(resumeToken.toLowerCase());
  return parseColons(line, known) ?? parseBrackets(line, known);
}

function parseColons(line: string, known: ReadonlySet<string>): WorkflowCommand | undefined {
  const text = line.replace(LEADING_SPACE, '');
  const end = text.startsWith('::') ? text.indexOf('::', 2) : -1;
  if (end < 0) return undefined;
  const { name, rest } = splitHead(text.slice(2, end));
  if (!known.has(name.toLowerCase())) return undefined;
  const unescape = unescaper({ '%0D': '\r', '%0A': '\n', '%3A': ':', '%2C': ',', '%25': '%' });
  const data = unescaper({ '%0D': '\r', '%0A': '\n', '%25': '%' })(text.slice(end + 2));
  return { name: name.toLowerCase(), properties: propertiesOf(rest.trim().split(','), unescape), data };
}

function parseBrackets(line: string, known: ReadonlySet<string>): WorkflowCommand | undefined {
  const start = line.indexOf('##[');
  const end = start < 0 ? -1 : line.indexOf(']', start);
  if (end < 0) return undefined;
  const { name, rest } = splitHead(line.slice(start + 3, end));
  if (!known.has(name.toLowerCase())) return undefined;
  const unescape = unescaper({ '%3B': ';', '%0D': '\r', '%0A': '\n', '%5D': ']', '%25': '%' });
  return {
    name: name.toLowerCase(),
    properties: propertiesOf(rest.split(';'), unescape),
    data: unescape(line.slice(end + 1)),
  };
}

function splitHead(head: string): { name: string; rest: string } {
  const space = head.indexOf(' ');
  return space < 0 ? { name: head, rest: '' } : { name: head.slice(0, space), rest: head.slice(space + 1) };
}

function propertiesOf(parts: readonly string[], unescape: (text: string) => string): Record<string, string> {
  const pairs = parts.flatMap((part): [string, string][] => {
    const equals = part.indexOf('=');
    return equals > 0 && equals < part.length - 1 ? [[part.slice(0, equals), unescape(part.slice(equals + 1))]] : [];
  });
  return Object.fromEntries(pairs);
}

/** Replaces in the order given: `%25` last, so that an escaped percent sign begins nothing new. */
function unescaper(meanings: Readonly<Record<string, string>>): (text: string) => string {
  return (text) =>
    Object.entries(meanings).reduce((result, [escaped, meaning]) => result.replaceAll(escaped, meaning), text);
}
