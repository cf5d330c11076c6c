import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Waits until nothing on the page moves any more: a half faded-in dialog has no contrast to measure. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await document.fonts.ready;
    const moving = () => document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY);
    for (let left = moving(); left.some(({ playState }) => playState === 'running'); left = moving()) {
      await Promise.allSettled(left.map(({ finished }) => finished));
    }
  });
}

/** What axe finds wrong, of any impact. */
export async function axeViolations(page: Page): Promise<string[]> {
  await settled(page);
  if (await page.evaluate('typeof axe === "undefined"')) await page.evaluate(AXE);
  const results: AxeResults = await page.evaluate('axe.run(document, { resultTypes: ["violations"] })');
  return results.violations.flatMap(({ id, impact, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} (${impact}) ${target.join(' ')}: ${failureSummary?.replace(/\s+/g, ' ')}`),
  );
}

/** Text that stands outside its box, outside the page or behind another box; a page that is wider than its screen. */
export async function cutText(page: Page): Promise<string[]> {
  await settled(page);
  return page.evaluate(() => {
    const found: string[] = [];
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth) found.push(`the page is ${scrollWidth} px wide on ${clientWidth} px`);
    const clips = (overflow: string) => overflow !== 'visible';
    const scrolls = (overflow: string) => overflow === 'auto' || overflow === 'scroll';
    /** For screen readers only. */
    const unseen = (element: Element) => getComputedStyle(element).clipPath !== 'none' || element.getBoundingClientRect().width <= 1;
    const whyCut = (element: Element, rect: DOMRect): string | null => {
      // A line box of a CJK font is taller than its glyphs.
      const air = Math.max(1, (rect.height - Number.parseFloat(getComputedStyle(element).fontSize)) / 2 + 1);
      let scrolled = false;
      for (let box: Element | null = element; box !== null && box !== document.documentElement; box = box.parentElement) {
        const style = getComputedStyle(box);
        const edge = box.getBoundingClientRect();
        const inline = style.display === 'inline';
        if (!inline && clips(style.overflowX) && (rect.right > edge.right + 1 || rect.left < edge.left - 1))
          return `cut at the side of ${name(box)}`;
        if (!inline && scrolls(style.overflowY)) scrolled = true;
        if (!inline && !scrolled && clips(style.overflowY) && (rect.bottom > edge.bottom + air || rect.top < edge.top - air)) {
          return `cut at the height of ${name(box)}`;
        }
      }
      if (rect.left < -1 || rect.right > innerWidth + 1) return 'outside the screen at the side';
      const pageScrolls = getComputedStyle(document.documentElement).overflowY !== 'hidden';
      return !scrolled && !pageScrolls && (rect.bottom > innerHeight + air || rect.top < -air) ? 'outside the screen' : null;
    };
    const name = (element: Element) => `${element.localName}.${element.className}`;
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const text = walker.currentNode;
      const element = text.parentElement;
      if (element === null || text.textContent?.trim() === '' || !element.checkVisibility({ visibilityProperty: true }) || unseen(element))
        continue;
      const range = document.createRange();
      range.selectNodeContents(text);
      for (const rect of range.getClientRects()) {
        const why = rect.width === 0 ? null : whyCut(element, rect);
        if (why !== null) found.push(`“${text.textContent?.slice(0, 30)}” ${why}`);
      }
    }
    return [...new Set(found)];
  });
}

/** A finger and no more: large buttons, each wholly on the screen with nothing over it, and no scrolling but by buttons. */
export async function touchProblems(page: Page, scrollableByButtons: string): Promise<string[]> {
  await settled(page);
  return page.evaluate(
    ({ scrollable, minPx }) => {
      const found: string[] = [];
      for (const button of document.querySelectorAll('button')) {
        if (!button.checkVisibility() || button.closest('[inert]') !== null) continue;
        const { left, top, right, bottom, height } = button.getBoundingClientRect();
        const name = `button “${button.textContent}”`;
        if (height < minPx - 0.5) found.push(`${name} is ${height} px high`);
        if (left < 0 || top < 0 || right > innerWidth + 0.5 || bottom > innerHeight + 0.5)
          found.push(`${name} is not wholly on the screen`);
        else if (!button.contains(document.elementFromPoint((left + right) / 2, (top + bottom) / 2))) found.push(`${name} is covered`);
      }
      for (const box of document.querySelectorAll('*')) {
        const overflow = getComputedStyle(box).overflowY;
        if (overflow !== 'auto' && overflow !== 'scroll') continue;
        if (box.scrollHeight > box.clientHeight + 1 && !box.matches(scrollable)) found.push(`${box.className} scrolls by dragging only`);
      }
      return found;
    },
    { scrollable: scrollableByButtons, minPx: 88 },
  );
}

/** Everything that a person reads or hears: text, field contents, hints, names for screen readers. */
export async function wordsOf(page: Page): Promise<string> {
  return page.evaluate(() => {
    /** A name of its own, or aria-hidden, hides the names of what is inside. */
    const unheard = (element: Element) =>
      element.closest('[aria-hidden=true]') !== null || element.parentElement?.closest('button[aria-label]') != null;
    const spoken = [...document.querySelectorAll('[aria-label], [title], [alt], [placeholder]')]
      .filter((element) => element.checkVisibility() && !unheard(element))
      .flatMap((element) => ['aria-label', 'title', 'alt', 'placeholder'].map((attribute) => element.getAttribute(attribute) ?? ''));
    const typed = [
      ...document.querySelectorAll<HTMLInputElement>('input:not([type=password], [type=checkbox], [type=radio]), textarea'),
    ].map(({ value }) => value);
    return [document.title, document.body.innerText, ...spoken, ...typed].join('\n');
  });
}

/** Latin words of a Chinese page that are not among the allowed ones. */
export async function latinWords(page: Page, allowed: readonly RegExp[]): Promise<string[]> {
  const words = allowed.reduce((text, pattern) => text.replaceAll(new RegExp(pattern, `${pattern.flags}g`), ' '), await wordsOf(page));
  return [...new Set(words.match(/.{0,8}[A-Za-zＡ-Ｚａ-ｚ]+.{0,8}/g) ?? [])].map((word) => `Latin: ${word}`);
}

/** Characters that the installed fonts draw as nothing or as the box of a character that no font has. */
export async function tofu(page: Page): Promise<string[]> {
  const characters = [...new Set(await wordsOf(page))].filter((character) => /[^\s\u0020-\u007E]/u.test(character));
  return page.evaluate(
    ({ characters, sizePx }) => {
      const canvas = new OffscreenCanvas(2 * sizePx, 2 * sizePx);
      const context = canvas.getContext('2d', { willReadFrequently: true });
      if (context === null) throw new Error('no canvas');
      context.font = `${sizePx}px ${getComputedStyle(document.body).fontFamily}`;
      const picture = (character: string) => {
        context.clearRect(0, 0, canvas.width, canvas.height);
        context.fillText(character, sizePx / 2, 1.5 * sizePx);
        return context.getImageData(0, 0, canvas.width, canvas.height).data.join();
      };
      // Never assigned, so that no font has it; its neighbour proves that all such look alike, and 中 that a glyph does not.
      const missing = picture('\u{10FFFD}');
      if (picture('\u{10FFFC}') !== missing || picture('中') === missing)
        throw new Error('a missing glyph cannot be told from one that is there');
      const nothing = picture(' ');
      return characters
        .filter((character) => [missing, nothing].includes(picture(character)))
        .map((character) => `no glyph for ${character} U+${character.codePointAt(0)?.toString(16)}`);
    },
    { characters, sizePx: 24 },
  );
}
