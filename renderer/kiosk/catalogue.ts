import type { ItemBody } from '../../domain/documents.ts';

export type Way = 'topic' | 'department';

export interface Group {
  readonly name: string;
  readonly count: number;
}

/** One choice of a list: an item, or a group of the items whose names share a part before a hyphen. */
export type Choice = { readonly kind: 'item'; readonly item: ItemBody; readonly label: string } | ({ readonly kind: 'group' } & Group);

export interface Page<T> {
  readonly rows: readonly T[];
  /** From 0. */
  readonly page: number;
  readonly pages: number;
}

function keysOf(item: ItemBody, way: Way): readonly string[] {
  return way === 'topic' ? item.topics : [item.department];
}

function countBy(names: readonly string[]): readonly Group[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => ({ name, count }));
}

/** Topics or departments, in the order in which the published list first names them. */
export function groupsOf(items: readonly ItemBody[], way: Way): readonly Group[] {
  return countBy(items.flatMap((item) => keysOf(item, way)));
}

/** The part of the name that is left when the groups above it are already on the screen; a group stands in a name as `组-`, `（组）` or `组`. */
function labelOf(item: ItemBody, depth: number): string {
  return item.path.slice(0, depth).reduce((rest, part) => {
    const head = [`${part}-`, `（${part}）`, part].find((form) => rest.startsWith(form) && rest.length > form.length);
    return head === undefined ? rest : rest.slice(head.length);
  }, item.name);
}

/** What stands below `path` within a topic or department; a group of one is shown as its item. */
export function choicesOf(items: readonly ItemBody[], way: Way, group: string, path: readonly string[]): readonly Choice[] {
  const depth = path.length;
  const below = items.filter((item) => keysOf(item, way).includes(group) && path.every((part, index) => item.path[index] === part));
  const sizes = new Map(countBy(below.flatMap((item) => item.path[depth] ?? [])).map(({ name, count }) => [name, count]));
  const shown = new Set<string>();
  const choices: Choice[] = [];
  for (const item of below) {
    const part = item.path[depth];
    const count = part === undefined ? 1 : (sizes.get(part) ?? 1);
    if (part === undefined || count === 1) choices.push({ kind: 'item', item, label: labelOf(item, depth) });
    else if (!shown.has(part)) choices.push({ kind: 'group', name: part, count });
    if (part !== undefined) shown.add(part);
  }
  return choices;
}

export function pageOf<T>(rows: readonly T[], page: number, size: number): Page<T> {
  const pages = Math.max(1, Math.ceil(rows.length / size));
  const shown = Math.min(Math.max(0, page), pages - 1);
  return { rows: rows.slice(shown * size, (shown + 1) * size), page: shown, pages };
}
