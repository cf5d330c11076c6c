import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import * as desk from '../desk/texts.ts';
import * as district from '../district/texts.ts';
import * as dock from '../dock/texts.ts';
import * as kiosk from '../kiosk/texts.ts';
import * as rating from '../rating/texts.ts';
import * as screens from '../screens/texts.ts';
import * as supervisor from '../supervisor/texts.ts';
import * as ui from '../ui/texts.ts';

/** One namespace per role: `const { t } = useTranslation('kiosk')`. Keys are flat; `{{name}}` interpolates. */
export const ZH = {
  desk: desk.zh,
  district: district.zh,
  dock: dock.zh,
  kiosk: kiosk.zh,
  rating: rating.zh,
  screens: screens.zh,
  supervisor: supervisor.zh,
  ui: ui.zh,
};
type Areas = typeof ZH;
export const EN: { readonly [A in keyof Areas]: Readonly<Record<keyof Areas[A], string>> } = {
  desk: desk.en,
  district: district.en,
  dock: dock.en,
  kiosk: kiosk.en,
  rating: rating.en,
  screens: screens.en,
  supervisor: supervisor.en,
  ui: ui.en,
};

export type Language = 'zh' | 'en';
const HTML_LANG: Readonly<Record<Language, string>> = { zh: 'zh-CN', en: 'en' };

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'ui';
    keySeparator: false;
    nsSeparator: false;
    resources: Areas;
  }
}

void i18next.use(initReactI18next).init({
  lng: 'zh',
  fallbackLng: 'zh',
  defaultNS: 'ui',
  keySeparator: false,
  nsSeparator: false,
  resources: { zh: ZH, en: EN },
  interpolation: { escapeValue: false },
});

export function setLanguage(language: Language): void {
  void i18next.changeLanguage(language);
  document.documentElement.lang = HTML_LANG[language];
}
