/** GB/T 2261.1. A code that is in no table is shown as it is: an unknown code must not make a card unreadable. */
const SEXES: Readonly<Record<string, string>> = { '0': '未知', '1': '男', '2': '女', '9': '未说明' };

/** GB/T 3304, 01 to 56 in order. */
const ETHNIC_GROUPS = (
  '汉 蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳 佤 畲 高山 拉祜 水 东乡 纳西 景颇 柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 ' +
  '毛南 仡佬 锡伯 阿昌 普米 塔吉克 怒 乌孜别克 俄罗斯 鄂温克 德昂 保安 裕固 京 塔塔尔 独龙 鄂伦春 赫哲 门巴 珞巴 基诺'
).split(' ');
const OTHER_ETHNIC: Readonly<Record<string, string>> = { '97': '其他', '98': '外国血统' };

export function sexName(code: string): string {
  return SEXES[code] ?? code;
}

export function ethnicName(code: string): string {
  if (!/^\d{2}$/.test(code)) return code;
  return ETHNIC_GROUPS[Number(code) - 1] ?? OTHER_ETHNIC[code] ?? code;
}
