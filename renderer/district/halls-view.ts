import { isBadRating, RATING_LEVELS } from '../../domain/rating-level.ts';
import type { HallOverview } from '../../sync/protocol/link.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** A connected hub speaks every few seconds; silence for this long means that its line or its process hangs. */
const FRESH_MS = MINUTE_MS;

export type Heard =
  | { readonly kind: 'NEVER' }
  | { readonly kind: 'FRESH'; readonly seconds: number }
  | { readonly kind: 'STALE'; readonly unit: 'seconds' | 'minutes' | 'hours' | 'days'; readonly count: number };

/** How fresh the word of a hall is. Never negative: the clocks of server and page may differ. */
export function heardOf({ lastHeardAt, online }: Pick<HallOverview, 'lastHeardAt' | 'online'>, nowMs: number): Heard {
  if (lastHeardAt === null) return { kind: 'NEVER' };
  const age = Math.max(0, nowMs - lastHeardAt);
  if (online && age < FRESH_MS) return { kind: 'FRESH', seconds: Math.floor(age / SECOND_MS) };
  if (age < MINUTE_MS) return { kind: 'STALE', unit: 'seconds', count: Math.floor(age / SECOND_MS) };
  if (age < HOUR_MS) return { kind: 'STALE', unit: 'minutes', count: Math.floor(age / MINUTE_MS) };
  if (age < DAY_MS) return { kind: 'STALE', unit: 'hours', count: Math.floor(age / HOUR_MS) };
  return { kind: 'STALE', unit: 'days', count: Math.floor(age / DAY_MS) };
}

export interface Figures {
  readonly issued: number;
  readonly done: number;
  readonly missed: number;
  readonly cases: number;
  readonly rated: number;
  readonly bad: number;
}
export const FIGURES = ['issued', 'done', 'missed', 'cases', 'rated', 'bad'] as const satisfies readonly (keyof Figures)[];

export function figuresOf({ today }: Pick<HallOverview, 'today'>): Figures {
  const { issued, done, missed, cases, ratings } = today;
  const sum = (levels: readonly (typeof RATING_LEVELS)[number][]) => levels.reduce((total, level) => total + ratings[level], 0);
  return { issued, done, missed, cases, rated: sum(RATING_LEVELS), bad: sum(RATING_LEVELS.filter(isBadRating)) };
}

/** The day of all halls together; what halls that are away did since is not in it. */
export function totalOf(halls: readonly HallOverview[]): Figures {
  const total: Record<keyof Figures, number> = { issued: 0, done: 0, missed: 0, cases: 0, rated: 0, bad: 0 };
  for (const hall of halls) {
    const figures = figuresOf(hall);
    for (const key of FIGURES) total[key] += figures[key];
  }
  return total;
}
