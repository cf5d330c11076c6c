import type { PolicyValues } from './policy.ts';

/** The whole country keeps Beijing time. For where no hall, and so no policy, is known. */
export const NATIONAL_TIME_ZONE = 'Asia/Shanghai';

export interface LocalTime {
  /** `YYYY-MM-DD` */
  readonly date: string;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatFor(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-CA', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formats.set(timeZone, format);
  }
  return format;
}

export function localTime(atMs: number, timeZone: string): LocalTime {
  const parts = new Map(
    formatFor(timeZone)
      .formatToParts(atMs)
      .map((part) => [part.type, part.value]),
  );
  return {
    date: `${parts.get('year')}-${parts.get('month')}-${parts.get('day')}`,
    hour: Number(parts.get('hour')),
    minute: Number(parts.get('minute')),
    second: Number(parts.get('second')),
  };
}

function minutesOf(hhmm: string): number {
  return Number(hhmm.slice(0, 2)) * 60 + Number(hhmm.slice(3, 5));
}

/** The business day that an instant belongs to: it changes at `businessDayStart`, not at midnight. */
export function businessDay(atMs: number, policy: Pick<PolicyValues, 'timeZone' | 'businessDayStart'>): string {
  return localTime(atMs - minutesOf(policy.businessDayStart) * 60_000, policy.timeZone).date;
}

export function isOpenAt(atMs: number, policy: Pick<PolicyValues, 'timeZone' | 'openingHours'>): boolean {
  const local = localTime(atMs, policy.timeZone);
  const minute = local.hour * 60 + local.minute;
  return policy.openingHours.some((hours) => minute >= minutesOf(hours.from) && minute < minutesOf(hours.to));
}
