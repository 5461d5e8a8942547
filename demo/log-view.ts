import { stripVTControlCharacters } from 'node:util';
import wrapAnsi from 'wrap-ansi';
import type { Screen } from './screen.ts';

/** Shows a step's log as GitHub's page does: groups with a title, what the runner says about itself folded away. */
export function createLogView(screen: Screen): (line: string) => void {
  const { dim, bold, red, yellow, cyan } = screen.colors;
  let group: 'none' | 'open' | 'folded' = 'none';
  let resumeToken: string | undefined;
  const show = (text: string, style: (text: string) => string = dim) => {
    const indent = group === 'open' ? '  ' : '';
    const lines = wrapAnsi(text, screen.textWidth() - indent.length, { hard: true, trim: false }).split('\n');
    screen.quote(lines.map((line) => indent + style(line.trimEnd())));
  };
  const begin = (title: string) => {
    group = 'none';
    // "Run …" are the runner's own: script and variables, which GitHub shows closed.
    const folded = title.startsWith('Run ');
    show(firstLine(`${folded ? '▸' : '▾'} ${title}`, screen.textWidth()), folded ? dim : bold);
    group = folded ? 'folded' : 'open';
  };
  return (raw) => {
    const line = stripVTControlCharacters(raw);
    if (line === `::${resumeToken}::`) resumeToken = undefined;
    else if (resumeToken !== undefined) show(line);
    else if (line.startsWith('::stop-commands::')) resumeToken = line.slice('::stop-commands::'.length);
    else if (line.startsWith('##[group]')) begin(line.slice('##[group]'.length));
    else if (line.startsWith('##[endgroup]')) group = 'none';
    else if (group === 'folded') return;
    else if (line.startsWith('##[error]')) show(`✗ ${line.slice('##[error]'.length)}`, red);
    else if (line.startsWith('##[warning]')) show(`! ${line.slice('##[warning]'.length)}`, yellow);
    else if (line.startsWith('##[notice]')) show(`· ${line.slice('##[notice]'.length)}`, cyan);
    else show(line, group === 'open' ? dim : (text) => text);
  };
}

/** The text in one line of at most `width` columns. Titles are plain; a cut is marked. */
function firstLine(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}
