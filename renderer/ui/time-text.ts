import { localTime, NATIONAL_TIME_ZONE } from '../../domain/local-time.ts';
import { useHello } from '../link/hooks.ts';

/** The hall's time zone; the national one where no hall is known (district). */
export function useTimeZone(): string {
  return useHello()?.policy?.timeZone ?? NATIONAL_TIME_ZONE;
}

/** `10:32:05` */
export function clockText(atMs: number, timeZone: string): string {
  const { hour, minute, second } = localTime(atMs, timeZone);
  return [hour, minute, second].map((part) => String(part).padStart(2, '0')).join(':');
}

/** `2026年11月21日 星期六` */
export function dateText(atMs: number, timeZone: string, language: string): string {
  const locale = language === 'en' ? 'en-GB' : 'zh-CN';
  return new Intl.DateTimeFormat(locale, { timeZone, year: 'numeric', month: 'long', day: 'numeric', weekday: 'long' }).format(atMs);
}
