import { pinyin } from 'pinyin-pro';
import { z } from 'zod';
import { type CalendarBody, type Envelope, itemMaterialSchema, referenceBodySchemas } from './documents.ts';
import { type HallId, hallIdSchema, SHARED_HALL_ID, type StationId } from './ids.ts';
import { policyValuesSchema } from './policy.ts';

/** A hall's own description (domain/profiles/town.json, village.json): what a district publishes to it at first start. */
export const hallProfileSchema = z.object({
  hall: referenceBodySchemas.hall.extend({ hallId: hallIdSchema }),
  windows: z.array(referenceBodySchemas.window).min(1),
  staff: z.array(referenceBodySchemas.staff.extend({ demoPin: z.string().optional() })),
  /** File names beside the profile. */
  items: z.string(),
  guides: z.string(),
  policy: z.string(),
  policyOverrides: z.object({ values: policyValuesSchema.partial(), sources: z.record(z.string(), z.string()) }).optional(),
  /** A hall with one line of numbers puts every item there. */
  seriesOverride: z.string().optional(),
  /** Rows of the published list that this hall does not offer (部分覆盖), and where they are offered. */
  notOfferedHere: z.array(z.number().int()),
  offeredElsewhere: z.string(),
  notices: z.array(referenceBodySchemas.notice),
});
export type HallProfile = z.infer<typeof hallProfileSchema>;

export const itemListSchema = z.object({
  source: z.string(),
  items: z.array(z.object({ order: z.number().int(), department: z.string(), name: z.string(), partial: z.boolean() })),
});

const guideRuleSchema = z.object({
  match: z.object({ namePrefix: z.string().optional(), nameContains: z.array(z.string()).optional(), department: z.string().optional() }),
  topics: z.array(z.string()),
  series: z.string(),
  handling: z.enum(['IMMEDIATE', 'PROMISED', 'REPORTED']),
  promisedDays: z.number().int().optional(),
  legalDays: z.number().int().optional(),
  materials: z.array(itemMaterialSchema),
});
export const guidesSchema = z.object({ source: z.string(), subgroups: z.array(z.string()), rules: z.array(guideRuleSchema) });
type GuideRule = z.infer<typeof guideRuleSchema>;

export const policyFileSchema = z.object({
  place: z.string(),
  values: policyValuesSchema.partial(),
  sources: z.record(z.string(), z.string()),
});

export interface ProfileParts {
  readonly profile: HallProfile;
  readonly items: z.infer<typeof itemListSchema>;
  readonly guides: z.infer<typeof guidesSchema>;
  readonly defaultPolicy: z.infer<typeof policyFileSchema>;
  readonly policy: z.infer<typeof policyFileSchema>;
  readonly calendars: readonly CalendarBody[];
}

/** Reference documents of one hall. `stamp` is called once per document. */
export function profileDocuments(
  parts: ProfileParts,
  writer: { readonly stationId: StationId; readonly stamp: () => string },
): readonly { readonly hallId: HallId; readonly docs: readonly Envelope[] }[] {
  const { hallId, ...hall } = parts.profile.hall;
  const doc = (of: HallId, kind: string, id: string, body: Record<string, unknown>): Envelope => ({
    id: `${kind}:${id}`,
    hallId: of,
    kind,
    state: 'current',
    day: '',
    updatedAt: writer.stamp(),
    updatedBy: writer.stationId,
    _deleted: false,
    body,
  });
  const own = [
    doc(hallId, 'hall', hallId, hall),
    doc(hallId, 'policy', hallId, policyOf(parts)),
    ...parts.profile.windows.map((window) => doc(hallId, 'window', window.windowId, window)),
    ...parts.profile.staff.map(({ demoPin: _, ...staff }) => doc(hallId, 'staff', staff.staffId, staff)),
    ...parts.profile.notices.map((notice, index) => doc(hallId, 'notice', String(index + 1), notice)),
    ...parts.items.items.map((item) => doc(hallId, 'item', String(item.order).padStart(3, '0'), itemBody(item, parts))),
  ];
  const shared = parts.calendars.map((calendar) => doc(SHARED_HALL_ID, 'calendar', String(calendar.year), calendar));
  return [
    { hallId, docs: own },
    { hallId: SHARED_HALL_ID, docs: shared },
  ];
}

function policyOf(parts: ProfileParts): Record<string, unknown> {
  const layers = [parts.defaultPolicy, parts.policy, ...(parts.profile.policyOverrides ? [parts.profile.policyOverrides] : [])];
  return {
    place: parts.policy.place,
    values: policyValuesSchema.parse(Object.assign({}, ...layers.map((layer) => layer.values))),
    sources: Object.assign({}, ...layers.map((layer) => layer.sources)),
  };
}

function itemBody(item: ProfileParts['items']['items'][number], parts: ProfileParts): Record<string, unknown> {
  const rule = parts.guides.rules.find((candidate) => matches(candidate, item));
  if (rule === undefined) throw new Error(`no guide rule for item ${item.order}`);
  const { match: _, ...guide } = rule;
  return {
    itemId: `item-${String(item.order).padStart(3, '0')}`,
    order: item.order,
    name: item.name,
    path: itemPath(item.name, parts.guides.subgroups),
    department: item.department,
    partial: item.partial,
    offeredHere: !parts.profile.notOfferedHere.includes(item.order),
    offeredElsewhere: parts.profile.offeredElsewhere,
    ...guide,
    ...(parts.profile.seriesOverride !== undefined && { series: parts.profile.seriesOverride }),
    fee: '不收费',
    pinyin: latin(item.name, 'pinyin'),
    initials: latin(item.name, 'first'),
    source: `${parts.items.source}；${parts.guides.source}`,
  };
}

/** Lower-case letters only, ü as v, the way people type. */
function latin(name: string, pattern: 'pinyin' | 'first'): string {
  const han = name.replace(/[^\p{Script=Han}]/gu, '');
  return pinyin(han, { pattern, toneType: 'none', type: 'array', v: true }).join('').toLowerCase();
}

function matches(rule: GuideRule, item: { readonly name: string; readonly department: string }): boolean {
  const { namePrefix, nameContains, department } = rule.match;
  return (
    (namePrefix === undefined || item.name.startsWith(namePrefix)) &&
    (nameContains === undefined || nameContains.some((part) => item.name.includes(part))) &&
    (department === undefined || item.department === department)
  );
}

/** Published names carry their hierarchy in hyphens (迁移登记-市外迁入…); the hyphen of 0-14岁 is not one. */
export function itemPath(name: string, subgroups: readonly string[]): readonly string[] {
  const match = /^([^\d-]{2,})-(.+)$/u.exec(name);
  if (match?.[1] === undefined || match[2] === undefined) return [];
  const rest = match[2];
  const subgroup = subgroups.find((prefix) => rest.startsWith(prefix));
  return subgroup === undefined ? [match[1]] : [match[1], subgroup.replace(/^（(.*)）$/u, '$1')];
}
