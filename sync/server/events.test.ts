import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type EventDoc, eventBodySchema } from '../../domain/documents.ts';
import { hallIdSchema, stationIdSchema } from '../../domain/ids.ts';
import { type Act, appendEvent, type Chain, type ChainHeads, type EventSink, findBrokenLink } from './events.ts';

const chain = { hallId: hallIdSchema.parse('h1'), stationId: stationIdSchema.parse('hub-1'), stamp: '1700000000000-0000-hub-1' };

/** A store's meta table and stream in memory: `tests/server/hub.test.ts` does the same on SQLite. */
function transaction() {
  const meta = new Map<string, string>();
  const events: EventDoc[] = [];
  const heads: ChainHeads = { getMeta: (key) => meta.get(key) ?? null, setMeta: (key, value) => void meta.set(key, value) };
  const tx: EventSink = { put: (_collection, doc) => void events.push(doc as unknown as EventDoc) };
  return { events, append: (station: Chain, act: Act) => appendEvent(heads, tx, station, act) };
}

/** What a store and the wire do to a document. */
const overTheWire = (event: EventDoc): EventDoc => JSON.parse(JSON.stringify(event));

const actArbitrary: fc.Arbitrary<Act> = fc.record(
  {
    act: fc.string(),
    at: fc.nat(),
    day: fc.constant('2026-01-05'),
    before: fc.string(),
    detail: fc.dictionary(fc.string(), fc.jsonValue()),
  },
  { requiredKeys: ['act', 'at', 'day'] },
);

test('a chain is whole after any trip as JSON, and any change, omission or swap is found', () => {
  void fc.assert(
    fc.property(fc.array(actArbitrary, { minLength: 2, maxLength: 8 }), fc.nat(), (acts, pick) => {
      const { append, events } = transaction();
      for (const act of acts) append(chain, act);
      const kept = events.map(overTheWire);
      expect(kept.map((event) => eventBodySchema.parse(event.body).n)).toEqual(acts.map((_, index) => index + 1));
      expect(findBrokenLink(kept)).toBeNull();
      const at = pick % kept.length;
      const changed = kept.map((event, index) => (index === at ? { ...event, body: { ...event.body, act: `${event.body.act}!` } } : event));
      expect(findBrokenLink(changed)).toBe(changed[at]);
      const omitted = kept.toSpliced(at, 1);
      expect(findBrokenLink(omitted)).toBe(omitted[at] ?? null);
      const swapped = [...kept.slice(1, 2), ...kept.slice(0, 1), ...kept.slice(2)];
      expect(findBrokenLink(swapped)).toBe(swapped[0]);
    }),
  );
});

test('two stations keep two chains', () => {
  const { append, events } = transaction();
  const other = { ...chain, stationId: stationIdSchema.parse('desk-1') };
  const act: Act = { act: 'help.call', at: 1, day: '2026-01-05' };
  for (const station of [chain, other, chain]) append(station, act);
  expect(events.map((event) => event.body.n)).toEqual([1, 1, 2]);
});
