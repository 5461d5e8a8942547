import pico from 'picocolors';
import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';

export type Colors = ReturnType<typeof pico.createColors>;

const DEFAULT_COLUMNS = 80;
const MIN_COLUMNS = 30;
/** Wider lines read badly. */
const MAX_COLUMNS = 110;
const FRAMES = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';
const FRAME_MS = 100;
const MARGIN = '   ';

/** What stands in front of a line. */
export type Mark = 'done' | 'failed' | 'none';

/** The terminal, or a file, as the demo writes to it. */
export interface Screen {
  readonly colors: Colors;
  /** Columns for text inside a chapter, behind its margin and rule. */
  readonly textWidth: () => number;
  chapter(title: string): void;
  /** Text in a chapter, wrapped. */
  say(text: string, mark?: Mark): void;
  /** A line as it is, however long: somebody may copy it. */
  verbatim(line?: string): void;
  /** Lines behind a rule: what another program said. They should fit `textWidth`. */
  quote(lines: readonly string[]): void;
  /** What is under way. Only a terminal shows it, only while nothing else is written; undefined ends it. */
  working(what: string | undefined): void;
}

/** What the demo needs of `process.stdout`. */
export interface Sink {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export interface ScreenOptions {
  readonly plain: boolean;
  readonly stream: Sink;
  /** NO_COLOR, FORCE_COLOR, TERM and COLUMNS are heeded. */
  readonly env: NodeJS.ProcessEnv;
}

export function createScreen({ plain, stream, env }: ScreenOptions): Screen {
  const moves = !plain && stream.isTTY === true && env['TERM'] !== 'dumb';
  const colors = pico.createColors(!plain && !env['NO_COLOR'] && (moves || isOn(env['FORCE_COLOR'])));
  const columns = () => {
    const known = stream.columns || Number(env['COLUMNS']) || DEFAULT_COLUMNS;
    return Math.min(MAX_COLUMNS, Math.max(MIN_COLUMNS, known));
  };
  const ticker = createTicker({ stream, colors, columns });
  const write = (lines: readonly string[]) => {
    ticker.hide();
    stream.write(lines.map((line) => `${line.trimEnd()}\n`).join(''));
  };
  const marks: Record<Mark, string> = { done: colors.green('✓ '), failed: colors.red('✗ '), none: '' };
  let chapters = 0;
  return {
    colors,
    textWidth: () => columns() - MARGIN.length - 2,
    chapter: (title) => {
      chapters += 1;
      const heading = `${colors.cyan(String(chapters))}  ${colors.bold(title)}`;
      write(['', ...hang(heading, '', columns())]);
    },
    say: (text, mark = 'none') => write(hang(`${marks[mark]}${text}`, MARGIN, columns())),
    verbatim: (line = '') => write([line]),
    quote: (lines) => write(lines.map((line) => `${MARGIN}${colors.dim('│')} ${line}`)),
    working: (what) => (moves ? ticker.show(what) : undefined),
  };
}

/** Wraps text behind an indent; what wraps stands under the text behind the mark. */
function hang(text: string, indent: string, columns: number): readonly string[] {
  const [first = '', ...rest] = wrapAnsi(text, columns - indent.length - 2).split('\n');
  return [`${indent}${first}`, ...rest.map((line) => `${indent}  ${line}`)];
}

function isOn(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== '0';
}

interface TickerParts {
  readonly stream: Sink;
  readonly colors: Colors;
  readonly columns: () => number;
}

/** One line at the bottom that moves while nothing is written, so that nobody wonders. */
function createTicker({ stream, colors, columns }: TickerParts) {
  let timer: NodeJS.Timeout | undefined;
  let text = '';
  let frame = 0;
  let started = 0;
  let visible = false;
  const hide = () => {
    if (visible) stream.write('\r\u001B[2K');
    visible = false;
  };
  const draw = () => {
    frame = (frame + 1) % FRAMES.length;
    const line = `${FRAMES[frame]} ${text} ${((performance.now() - started) / 1000).toFixed(1)} s`;
    // A line that wrapped could not be taken back.
    if (stringWidth(line) + MARGIN.length >= columns()) return;
    stream.write(`\r\u001B[2K${MARGIN}${colors.dim(line)}`);
    visible = true;
  };
  const show = (what: string | undefined) => {
    hide();
    clearInterval(timer);
    if (what === undefined) return;
    text = what;
    started = performance.now();
    timer = setInterval(draw, FRAME_MS).unref();
  };
  return { hide, show };
}
