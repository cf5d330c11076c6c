import type { TFunction } from 'i18next';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** How long ago, in coarse words; `sinceMs` and `nowMs` are instants. */
export function ageText(t: TFunction<'ui'>, sinceMs: number, nowMs: number): string {
  const age = nowMs - sinceMs;
  if (age < MINUTE_MS) return t('ageSeconds');
  if (age < HOUR_MS) return t('ageMinutes', { count: Math.floor(age / MINUTE_MS) });
  return t('ageHours', { count: Math.floor(age / HOUR_MS) });
}
