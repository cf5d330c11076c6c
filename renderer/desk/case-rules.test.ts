import { describe, expect, it } from 'vitest';
import { isEditable, materialsOf, missingRequired, receiveBlockers } from './case-rules.ts';

const material = (name: string, required: boolean, checked: boolean, copies = 1) => ({ name, required, checked, copies });

describe('case rules', () => {
  it('tells everything missing at once, in the order of the guide, without optional material', () => {
    const materials = [
      material('户口簿', true, false),
      material('照片', false, false),
      material('申请表', true, true),
      material('房产证', true, false),
    ];
    expect(missingRequired(materials).map((one) => one.name)).toEqual(['户口簿', '房产证']);
  });

  it('names what stands before 收件', () => {
    expect(receiveBlockers({ itemChosen: false, applicantKnown: false, materials: [material('户口簿', true, false)] })).toEqual([
      'ITEM',
      'APPLICANT',
      'MATERIALS',
    ]);
    expect(receiveBlockers({ itemChosen: true, applicantKnown: true, materials: [material('照片', false, false)] })).toEqual([]);
  });

  it('keeps ticks of the same name when the item changes', () => {
    const item = {
      materials: [
        { name: '身份证', required: true, copies: 1 },
        { name: '申请表', required: true, copies: 2 },
      ],
    };
    expect(materialsOf(item, [material('身份证', true, true, 3), material('申请表', false, false, 9)])).toEqual([
      material('身份证', true, true, 3),
      material('申请表', true, false, 2),
    ]);
  });

  it('a received case is closed to changes, one that awaits material is not', () => {
    expect(isEditable('draft')).toBe(true);
    expect(isEditable('supplement')).toBe(true);
    expect(isEditable('received')).toBe(false);
    expect(isEditable('refused')).toBe(false);
  });
});
