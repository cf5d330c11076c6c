import { RATING_LEVELS, type RatingLevel } from '../../domain/rating-level.ts';

/** How far the corners of the mouth stand from its middle, per level, best first; SVG units of a 48 × 48 face. */
const MOUTH_BEND = [9, 5, 0, -5, -9] as const;

/** Decoration beside the text: one line drawing for all levels, alike in size, colour and weight. */
export function Face({ level }: { readonly level: RatingLevel }) {
  const bend = MOUTH_BEND[RATING_LEVELS.indexOf(level)] ?? 0;
  const corner = 32 - bend / 2;
  return (
    <svg viewBox="0 0 48 48" aria-hidden="true" className="rating-face">
      <circle cx="24" cy="24" r="21" />
      <path d="M16 18v4 M32 18v4" />
      <path d={`M14 ${corner} Q24 ${corner + bend} 34 ${corner}`} />
    </svg>
  );
}
