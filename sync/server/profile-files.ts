import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { CalendarBody } from '../../domain/documents.ts';
import { guidesSchema, hallProfileSchema, itemListSchema, type ProfileParts, policyFileSchema } from '../../domain/profile.ts';

const calendarFileSchema = z.object({ holidays: z.record(z.string(), z.string()), workdays: z.record(z.string(), z.string()) });

/** Reads a hall profile with the files it names. Throws on a profile that does not fit its schema: the operator must mend it. */
export function loadProfile(path: string): ProfileParts {
  const folder = dirname(path);
  const profile = hallProfileSchema.parse(readJson(path));
  return {
    profile,
    items: itemListSchema.parse(readJson(join(folder, profile.items))),
    guides: guidesSchema.parse(readJson(join(folder, profile.guides))),
    defaultPolicy: policyFileSchema.parse(readJson(join(folder, 'policy-default.json'))),
    policy: policyFileSchema.parse(readJson(join(folder, profile.policy))),
    calendars: publishedCalendars(),
  };
}

/** 放假 and 调休上班日 as published yearly by the State Council, from the `chinese-days` package; one calendar per year it covers. */
export function publishedCalendars(): readonly CalendarBody[] {
  const packageFile = createRequire(import.meta.url).resolve('chinese-days/package.json');
  const data = calendarFileSchema.parse(readJson(join(dirname(packageFile), 'dist', 'chinese-days.json')));
  const days = { holidays: Object.keys(data.holidays), extraWorkdays: Object.keys(data.workdays) };
  const years = [...new Set(days.holidays.map((day) => Number(day.slice(0, 4))))].sort();
  return years.map((year) => ({
    year,
    holidays: days.holidays.filter((day) => day.startsWith(String(year))).sort(),
    extraWorkdays: days.extraWorkdays.filter((day) => day.startsWith(String(year))).sort(),
    source: '国务院办公厅年度放假通知（chinese-days）',
  }));
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}
