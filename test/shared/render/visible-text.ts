import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { decodeCharacterReferences } from '../../../shared/render/character-reference.ts';

/** The HTML that an independent, spec-tested implementation of GitHub's Markdown makes of `markdown`. */
export function toHtml(markdown: string): string {
  return micromark(markdown, {
    allowDangerousHtml: true,
    allowDangerousProtocol: true,
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
  });
}

/** The text nodes in which GitHub looks for mentions and references: not inside code and links. */
export function proseNodes(html: string): string[] {
  return html
    .replace(/<pre>[\s\S]*?<\/pre>|<code>[\s\S]*?<\/code>|<a [\s\S]*?<\/a>/g, '<x>')
    .split(/<[^>]*>/)
    .map(decodeCharacterReferences)
    .filter((node) => node.trim() !== '');
}
