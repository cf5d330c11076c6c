import { useTranslation } from 'react-i18next';

export function HallScreenPage() {
  const { t } = useTranslation('screens');
  return <main className="ui-centre">{t('title')}</main>;
}
