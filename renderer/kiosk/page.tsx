import { useTranslation } from 'react-i18next';

export function KioskPage() {
  const { t } = useTranslation('kiosk');
  return <main className="ui-centre">{t('title')}</main>;
}
