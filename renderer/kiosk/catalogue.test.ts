import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ItemBody } from '../../domain/documents.ts';
import { itemIdSchema } from '../../domain/ids.ts';
import { choicesOf, groupsOf, pageOf } from './catalogue.ts';

function item(order: number, name: string, path: readonly string[], rest: Partial<ItemBody> = {}): ItemBody {
  return {
    itemId: itemIdSchema.parse(`i${order}`),
    order,
    name,
    path: [...path],
    department: '公安局',
    partial: false,
    offeredHere: true,
    topics: ['户口户籍'],
    series: 'A',
    handling: 'IMMEDIATE',
    fee: '',
    materials: [],
    pinyin: '',
    initials: '',
    source: '',
    ...rest,
  };
}

const ITEMS = [
  item(1, '立户和分户-普通家庭户立户', ['立户和分户']),
  item(2, '迁移登记-市内迁移夫妻投靠', ['迁移登记', '市内迁移']),
  item(3, '迁移登记-（迁往农村）投靠配偶', ['迁移登记', '迁往农村']),
  item(4, '迁移登记-市内迁移其他', ['迁移登记', '市内迁移']),
  item(5, '迁移登记-（迁往农村）投靠父母', ['迁移登记', '迁往农村']),
  item(6, '失业登记', [], { department: '人社局', topics: ['就业', '社保'] }),
];

const shown = (path: readonly string[]) =>
  choicesOf(ITEMS, 'department', '公安局', path).map((choice) =>
    choice.kind === 'item' ? choice.label : `${choice.name}(${choice.count})`,
  );

test('groups follow the hyphens of the names; a group of one is its item', () => {
  expect(shown([])).toEqual(['立户和分户-普通家庭户立户', '迁移登记(4)']);
  expect(shown(['迁移登记'])).toEqual(['市内迁移(2)', '迁往农村(2)']);
});

test('below a group only the rest of a name is shown', () => {
  expect(shown(['迁移登记', '市内迁移'])).toEqual(['夫妻投靠', '其他']);
  expect(shown(['迁移登记', '迁往农村'])).toEqual(['投靠配偶', '投靠父母']);
});

test('an item of two topics counts in both, in the order of the list', () => {
  expect(groupsOf(ITEMS, 'topic')).toEqual([
    { name: '户口户籍', count: 5 },
    { name: '就业', count: 1 },
    { name: '社保', count: 1 },
  ]);
  expect(groupsOf(ITEMS, 'department').map((group) => group.name)).toEqual(['公安局', '人社局']);
});

test('every item of a department can be reached through its groups exactly once', () => {
  const name = fc.constantFrom('甲', '乙', '丙', '丁');
  const paths = fc.array(fc.array(name, { maxLength: 2 }), { maxLength: 30 });
  fc.assert(
    fc.property(paths, (all) => {
      const items = all.map((path, order) => item(order, `${[...path, '事'].join('-')}${order}`, path));
      const reach = (path: readonly string[]): string[] =>
        choicesOf(items, 'department', '公安局', path).flatMap((choice) =>
          choice.kind === 'item' ? [choice.item.itemId as string] : reach([...path, choice.name]),
        );
      expect(reach([]).toSorted()).toEqual(items.map((each) => each.itemId as string).toSorted());
    }),
  );
});

test('pages cut the rows without loss, and a page too far is the last one', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.integer({ min: 1, max: 8 }), (rows, size) => {
      const { pages } = pageOf(rows, 0, size);
      const all = Array.from({ length: pages }, (_, page) => pageOf(rows, page, size).rows).flat();
      expect(all).toEqual(rows);
      expect(pageOf(rows, pages + 5, size).page).toBe(pages - 1);
    }),
  );
});
