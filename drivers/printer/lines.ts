/**
 * What comes out of a printer, as plain data: the document between a template (layout.ts) and the bytes (escpos.ts).
 * Widths are in columns: a Latin character of the printer's font A takes one, everything else two.
 */

export type Align = 'left' | 'center' | 'right';

export interface TextLine {
  readonly text: string;
  readonly align: Align;
  /** Magnification, 1–4. A line of width 2 holds half as many characters. */
  readonly width: number;
  readonly height: number;
  readonly bold: boolean;
}

export interface QrLine {
  readonly qr: string;
  /** Wanted edge of one module in dots (8 dots = 1 mm); made smaller where the code would not fit the paper. */
  readonly moduleDots: number;
}

/** One character repeated over the width of the paper. */
interface RuleLine {
  readonly rule: string;
}

/** Empty lines. */
interface FeedLine {
  readonly feed: number;
}

export type PrintLine = TextLine | QrLine | RuleLine | FeedLine;

/** All that is not ASCII is printed from the Chinese font, whose cells are two columns wide, whatever Unicode says of its width. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += character < '\u0080' ? 1 : 2;
  return columns;
}

/** Breaks `text` into lines of at most `columns` columns. Latin words and numbers stay whole where they fit on a line. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  const breakLine = () => {
    lines.push(line.trimEnd());
    line = '';
  };
  for (const word of text.match(/[!-~]+|[^!-~]/gu) ?? []) {
    if (line !== '' && columnsOf(line) + columnsOf(word) > columns) {
      breakLine();
      if (word === ' ') continue;
    }
    for (const character of word) {
      if (columnsOf(line) + columnsOf(character) > columns) breakLine();
      line += character;
    }
  }
  if (line !== '' || lines.length === 0) lines.push(line.trimEnd());
  return lines;
}
