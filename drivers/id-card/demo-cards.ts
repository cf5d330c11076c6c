import type { IdCardFields } from './card.ts';

/** Invented people for the demo and for tests: region codes from 990101 on belong to no place, the check digits are right. */
export const DEMO_CARDS: readonly [IdCardFields, IdCardFields, IdCardFields, IdCardFields] = [
  {
    kind: 'RESIDENT',
    name: '王桂芳',
    sexCode: '2',
    ethnicCode: '01',
    birthDate: '1952-03-14',
    address: '样例省示范市演示区幸福街道和平里9号院3号楼2单元101室',
    idNumber: '990101195203140024',
    issuer: '示范市公安局演示分局',
    validFrom: '2012-06-01',
    validTo: '长期',
  },
  {
    kind: 'RESIDENT',
    // Outside the basic plane: one character, two UTF-16 units, four bytes in GB18030.
    name: '李𠮷祥',
    sexCode: '1',
    ethnicCode: '15',
    birthDate: '1988-02-29',
    address: '样例省示范市演示县白云镇清水村二组18号',
    idNumber: '990101198802290116',
    issuer: '演示县公安局',
    validFrom: '2018-09-10',
    validTo: '2038-09-10',
  },
  {
    kind: 'HK_MO_TW',
    name: '陳樂兒',
    sexCode: '2',
    birthDate: '1990-01-01',
    address: '样例省示范市演示区创新大道200号',
    idNumber: '990102199001010023',
    issuer: '示范市公安局',
    validFrom: '2023-05-20',
    validTo: '2028-05-20',
    travelPermitNumber: 'H99990001',
  },
  {
    kind: 'FOREIGNER_2023',
    name: '安娜',
    englishName: 'SAMPLE, ANNA MARIA',
    sexCode: '2',
    nationality: 'UTO',
    birthDate: '1985-11-20',
    idNumber: '990103198511200021',
    validFrom: '2024-01-15',
    validTo: '2029-01-15',
  },
];
