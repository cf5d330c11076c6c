import { App as AntApp, ConfigProvider, type ThemeConfig } from 'antd';
import enUS from 'antd/lib/locale/en_US.js';
import zhCN from 'antd/lib/locale/zh_CN.js';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

/** Darker than antd's own: every text keeps a contrast of 4.5:1 on white and on the page's ground (WCAG 2.2 §1.4.3). */
const THEME: ThemeConfig = {
  token: {
    fontFamily: 'var(--font)',
    fontSize: 15,
    colorPrimary: '#0b5cad',
    colorLink: '#0b5cad',
    colorError: '#a61b1b',
    colorSuccess: '#0f6b3a',
    colorWarning: '#7a4a00',
    colorErrorBg: '#fde4e4',
    colorSuccessBg: '#dff3e7',
    colorWarningBg: '#fff0d1',
    colorInfoBg: '#dcebfa',
    colorText: '#16202b',
    colorTextSecondary: '#44515e',
    colorTextTertiary: '#44515e',
    colorTextDescription: '#44515e',
    colorTextPlaceholder: '#5c6773',
    colorTextDisabled: '#6b7580',
    borderRadius: 6,
    motion: false,
  },
};

/** antd's own icons carry English names, which a screen reader would say on a Chinese page. */
const ARROW = <span aria-hidden="true">▾</span>;
const MORE = <span aria-hidden="true">…</span>;
const ATTENTION = <b aria-hidden="true">！</b>;
const DONE = <b aria-hidden="true">✓</b>;

/** antd in the hall's colours and in Chinese, for the pages of the staff (desk, supervisor, district). */
export function OfficeTheme({ children }: { readonly children: ReactNode }) {
  const { i18n } = useTranslation();
  return (
    <ConfigProvider
      locale={i18n.language === 'en' ? enUS.default : zhCN.default}
      theme={THEME}
      button={{ autoInsertSpace: false }}
      select={{ suffixIcon: ARROW }}
      tabs={{ more: { icon: MORE } }}
      alert={{ successIcon: DONE, infoIcon: ATTENTION, warningIcon: ATTENTION, errorIcon: ATTENTION }}
    >
      <AntApp style={{ height: '100%' }}>{children}</AntApp>
    </ConfigProvider>
  );
}
