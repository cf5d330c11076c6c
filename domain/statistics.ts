import type { Case, Rating, Ticket } from './documents.ts';
import { RATING_LEVELS, type RatingLevel } from './rating-level.ts';

export interface DaySummary {
  readonly issued: number;
  readonly done: number;
  readonly missed: number;
  readonly cases: number;
  readonly ratings: Readonly<Record<RatingLevel, number>>;
}

/** Counts of one business day. Voided and never-confirmed numbers were not issued to anybody; a draft is not yet a case. */
export function summarizeDay(tickets: readonly Ticket[], cases: readonly Case[], ratings: readonly Rating[]): DaySummary {
  const levels = Object.fromEntries(RATING_LEVELS.map((level) => [level, 0])) as Record<RatingLevel, number>;
  for (const rating of ratings) levels[rating.body.level] += 1;
  return {
    issued: tickets.filter((ticket) => !['reserved', 'printing', 'unconfirmed', 'void'].includes(ticket.state)).length,
    done: tickets.filter((ticket) => ticket.state === 'done').length,
    missed: tickets.filter((ticket) => ticket.state === 'missed' || ticket.state === 'abandoned').length,
    cases: cases.filter((candidate) => candidate.state !== 'draft').length,
    ratings: levels,
  };
}
