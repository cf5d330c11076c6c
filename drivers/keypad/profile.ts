import { z } from 'zod';
import { RATING_LEVELS } from '../../domain/rating-level.ts';
import { CHECKSUM_NAMES } from '../core/checksum.ts';
import qsFf68 from '../profiles/qs-ff68.json' with { type: 'json' };

/** 'FF68' in the file, bytes in the program. */
const hexSchema = z
  .string()
  .regex(/^(?:[0-9A-F]{2})+$/, 'pairs of upper-case hexadecimal digits')
  .transform((text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)));
const fieldNameSchema = z.string().min(1);
/** Values of named fields; in `when` they must be equal, in `ack` they replace what was received. */
const fieldsSchema = z.record(fieldNameSchema, hexSchema);

const partSchema = z.union([
  z.strictObject({ const: hexSchema }),
  /** One byte: how many bytes these fields have together. */
  z.strictObject({ length: z.array(fieldNameSchema).min(1) }),
  /** Without a size the field takes what the length leaves; one field at most. */
  z.strictObject({ field: fieldNameSchema, size: z.number().int().min(1).optional() }),
  z.strictObject({ checksum: z.enum(CHECKSUM_NAMES), over: z.array(fieldNameSchema).min(1) }),
]);

const frameSchema = z
  .strictObject({
    parts: z.array(partSchema).min(1),
    maxSize: z.number().int().min(4).max(1_024),
    maxGapMs: z.number().int().positive(),
  })
  .superRefine(({ parts }, context) => {
    const complain = (message: string) => context.addIssue({ code: 'custom', message, path: ['parts'] });
    const first = parts[0];
    if (first === undefined || !('const' in first)) complain('the first part must be constant: it is what the reader looks for');
    const fields = parts.flatMap((part) => ('field' in part ? [part] : []));
    const names = new Set(fields.map((part) => part.field));
    if (names.size !== fields.length) complain('a field stands twice');
    const used = parts.flatMap((part) => ('length' in part ? part.length : 'over' in part ? part.over : []));
    for (const name of used) if (!names.has(name)) complain(`no field is called ${name}`);
    const open = fields.filter((part) => part.size === undefined);
    const lengthBefore = parts.findIndex((part) => 'length' in part && open.every((field) => part.length.includes(field.field)));
    if (open.length > 1) complain('only one field may be without a size');
    if (open.length === 1 && (lengthBefore < 0 || lengthBefore > parts.findIndex((part) => 'field' in part && part.size === undefined))) {
      complain('a field without a size needs a length before it');
    }
  });

const eventSchema = z.discriminatedUnion('emit', [
  z.strictObject({
    emit: z.literal('rating'),
    when: fieldsSchema,
    /** The device's own digit never leaves the driver: a value that is not in the map is no rating. */
    value: z.strictObject({
      field: fieldNameSchema,
      byte: z.number().int().min(0),
      map: z.record(z.string().regex(/^[0-9A-F]{2}$/), z.enum(RATING_LEVELS)),
    }),
    ack: fieldsSchema.optional(),
  }),
  z.strictObject({ emit: z.literal('key'), when: fieldsSchema, ack: fieldsSchema.optional() }),
]);

/** A keypad as data: how its frames are built, what we say to it and what its messages mean. */
export const keypadProfileSchema = z
  .strictObject({
    id: z.string().min(1),
    name: z.string().min(1),
    sources: z.array(z.string()).min(1),
    /** What nobody has confirmed on a device yet. */
    assumptions: z.array(z.string()),
    baudRate: z.number().int().positive(),
    frame: frameSchema,
    commands: z.strictObject({ prompt: fieldsSchema, cancel: fieldsSchema.optional() }),
    /** The first that matches counts. `ack` is the received message with these fields replaced; without it nothing is answered. */
    events: z.array(eventSchema).min(1),
  })
  .superRefine(({ frame, commands, events }, context) => {
    const sizes = new Map(frame.parts.flatMap((part) => ('field' in part ? [[part.field, part.size] as const] : [])));
    const check = (fields: Readonly<Record<string, Uint8Array>>, where: string) => {
      for (const [name, bytes] of Object.entries(fields)) {
        const fits = sizes.has(name) && (sizes.get(name) ?? bytes.length) === bytes.length;
        if (!fits) context.addIssue({ code: 'custom', message: `field ${name} is not in the frame or has another size`, path: [where] });
      }
    };
    for (const [name, command] of Object.entries(commands)) {
      check(command, name);
      const missing = [...sizes.keys()].filter((field) => !(field in command));
      if (missing.length > 0) context.addIssue({ code: 'custom', message: `lacks ${missing.join()}`, path: [name] });
    }
    for (const event of events) {
      check(event.when, 'when');
      check(event.ack ?? {}, 'ack');
    }
  });

export type KeypadProfile = z.infer<typeof keypadProfileSchema>;
export type FrameParts = KeypadProfile['frame']['parts'];

const PROFILES: readonly KeypadProfile[] = [qsFf68].map((json) => keypadProfileSchema.parse(json));

export const KEYPAD_PROFILE_IDS = PROFILES.map((profile) => profile.id);

export function findKeypadProfile(profileId: string): KeypadProfile | null {
  return PROFILES.find((profile) => profile.id === profileId) ?? null;
}
