/**
 * The five national levels, best first. Digits run opposite ways between standards (GB/T 39046 table A.8: 1 = 非常满意; the
 * 好差评 interface: 5 = 非常满意), so a level is stored by name and mapped to digits only in an adapter or a device profile.
 */
export const RATING_LEVELS = ['VERY_SATISFIED', 'SATISFIED', 'BASICALLY_SATISFIED', 'DISSATISFIED', 'VERY_DISSATISFIED'] as const;

export type RatingLevel = (typeof RATING_LEVELS)[number];

export const RATING_LEVEL_ZH: Readonly<Record<RatingLevel, string>> = {
  VERY_SATISFIED: '非常满意',
  SATISFIED: '满意',
  BASICALLY_SATISFIED: '基本满意',
  DISSATISFIED: '不满意',
  VERY_DISSATISFIED: '非常不满意',
};

/** 差评 = 不满意 and 非常不满意 (基本满意 counts as good; research/domain.md §1.1). */
export function isBadRating(level: RatingLevel): boolean {
  return level === 'DISSATISFIED' || level === 'VERY_DISSATISFIED';
}
