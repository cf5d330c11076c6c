import type { CalendarBody } from './documents.ts';
import { err, ok, type Result } from './result.ts';

const DAY_MS = 86_400_000;

function isoDay(dayMs: number): string {
  return new Date(dayMs).toISOString().slice(0, 10);
}

/** Is this day a working day (放假 and 调休上班日 included)? A year that no calendar covers is an error, not a guess. Code: CALENDAR_MISSING. */
export function isWorkday(day: string, calendars: readonly CalendarBody[]): Result<boolean, 'CALENDAR_MISSING'> {
  const year = Number(day.slice(0, 4));
  const calendar = calendars.find((candidate) => candidate.year === year);
  if (calendar === undefined) return err('CALENDAR_MISSING', `没有 ${year} 年的节假日安排，算不出期限，请更新日历。`, { year });
  if (calendar.extraWorkdays.includes(day)) return ok(true);
  if (calendar.holidays.includes(day)) return ok(false);
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return ok(weekday !== 0 && weekday !== 6);
}

/** The n-th working day after `day`; the day itself does not count (行政许可法 82条: 期限以工作日计). */
export function addWorkdays(day: string, workdays: number, calendars: readonly CalendarBody[]): Result<string, 'CALENDAR_MISSING'> {
  let at = Date.parse(`${day}T00:00:00Z`);
  for (let left = workdays; left > 0; ) {
    at += DAY_MS;
    const working = isWorkday(isoDay(at), calendars);
    if (!working.ok) return working;
    if (working.value) left -= 1;
  }
  return ok(isoDay(at));
}
